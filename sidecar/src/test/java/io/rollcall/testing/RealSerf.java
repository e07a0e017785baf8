package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real {@code serf agent} on loopback. It ends with {@link #close()}, and with the JVM at the
 * latest.
 */
public final class RealSerf implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(10);
  private static final byte[] HANDSHAKE =
      HexFormat.of()
          .parseHex("82a7436f6d6d616e64a968616e647368616b65a35365710081a756657273696f6e01");
  private static final byte[] SHAKEN = HexFormat.of().parseHex("82a54572726f72a0a353657100");

  private final Setup setup;
  private final Path output;
  private final Process process;
  private final Thread lastResort;

  /**
   * How to start an agent; each method gives a changed copy.
   *
   * @param ip where it gossips and answers RPC
   * @param rpcAuth empty for none
   */
  public record Setup(
      String name, String ip, int gossipPort, int rpcPort, String rpcAuth, List<String> arguments) {

    /** With {@code -tag key=value}. */
    public Setup tag(String key, String value) {
      return with("-tag", key + "=" + value);
    }

    public Setup tags(Map<String, String> tags) {
      var next = this;
      for (var tag : tags.entrySet()) {
        next = next.tag(tag.getKey(), tag.getValue());
      }
      return next;
    }

    public Setup join(RealSerf other) {
      return with("-retry-join", other.setup.gossip(), "-retry-interval", "1s");
    }

    public Setup rpcAuth(String key) {
      return new Setup(name, ip, gossipPort, rpcPort, key, arguments);
    }

    /** With further arguments of {@code serf agent}. */
    public Setup with(String... more) {
      var all = new ArrayList<>(arguments);
      all.addAll(Arrays.asList(more));
      return new Setup(name, ip, gossipPort, rpcPort, rpcAuth, List.copyOf(all));
    }

    /** Starts it, and returns when it answers RPC. */
    public RealSerf start() {
      return new RealSerf(this);
    }

    private String host() {
      return ip.contains(":") ? "[" + ip + "]" : ip;
    }

    private String gossip() {
      return host() + ":" + gossipPort;
    }

    private String rpc() {
      return host() + ":" + rpcPort;
    }
  }

  /** An agent on 127.0.0.1. */
  public static Setup named(String name) {
    return named(name, "127.0.0.1");
  }

  /** An agent on free ports of this address; the profile finds a dead one within about 5 s. */
  public static Setup named(String name, String ip) {
    return new Setup(name, ip, FreePorts.one(), FreePorts.one(), "", List.of())
        .with("-profile=local", "-log-level=debug");
  }

  private RealSerf(Setup setup) {
    this.setup = setup;
    try {
      output = Files.createTempFile("serf-" + setup.gossipPort + "-", ".log");
      output.toFile().deleteOnExit();
      process =
          new ProcessBuilder(command())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    lastResort = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(lastResort);
    try {
      Awaitility.await("serf agent answers: " + setup)
          .atMost(READY_WITHIN)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> !process.isAlive() || answers());
      if (!process.isAlive()) {
        throw new IllegalStateException("serf agent ended: " + output());
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  public String name() {
    return setup.name;
  }

  public String ip() {
    return setup.ip;
  }

  public int rpcPort() {
    return setup.rpcPort;
  }

  public int gossipPort() {
    return setup.gossipPort;
  }

  public long pid() {
    return process.pid();
  }

  /** All that it printed so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code serf COMMAND -rpc-addr=… ARGUMENTS} and returns what it printed. */
  public String cli(String command, String... arguments) {
    var line = new ArrayList<>(List.of("serf", command, "-rpc-addr=" + setup.rpc()));
    if (!setup.rpcAuth.isEmpty()) {
      line.add("-rpc-auth=" + setup.rpcAuth);
    }
    line.addAll(Arrays.asList(arguments));
    try {
      var cli = new ProcessBuilder(line).redirectErrorStream(true).start();
      return new String(cli.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves gracefully; returns when the process has ended. */
  public void leave() {
    String said = cli("leave");
    if (!ended()) {
      throw new IllegalStateException("serf leave: " + said);
    }
  }

  /** Sends TERM, which an agent takes as a failure unless {@code leave_on_terminate}. */
  public void term() {
    process.destroy();
    if (!ended()) {
      throw new IllegalStateException("serf agent survived TERM: " + output());
    }
  }

  /** Sends KILL and waits until the process has ended. */
  public void kill() {
    process.destroyForcibly();
    if (!ended()) {
      throw new IllegalStateException("serf agent survived KILL");
    }
  }

  /** How it was started: with the same name and ports another may follow once it has ended. */
  public Setup setup() {
    return setup;
  }

  /** A new agent with the same name, ports and arguments, once this one has ended. */
  public RealSerf startAgain() {
    return setup.start();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(lastResort);
  }

  private boolean ended() {
    try {
      return process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private List<String> command() throws IOException {
    var line =
        new ArrayList<>(
            List.of(
                "serf",
                "agent",
                "-node=" + setup.name,
                "-bind=" + setup.gossip(),
                "-rpc-addr=" + setup.rpc()));
    if (!setup.rpcAuth.isEmpty()) {
      Path config = Files.createTempFile("serf-", ".json");
      config.toFile().deleteOnExit();
      Files.writeString(config, "{\"rpc_auth\": \"" + setup.rpcAuth + "\"}");
      line.add("-config-file=" + config);
    }
    line.addAll(setup.arguments);
    return line;
  }

  private boolean answers() {
    try (var socket = new Socket(InetAddress.ofLiteral(setup.ip), setup.rpcPort)) {
      socket.setSoTimeout(1000);
      socket.getOutputStream().write(HANDSHAKE);
      return Arrays.equals(SHAKEN, socket.getInputStream().readNBytes(SHAKEN.length));
    } catch (IOException _) {
      return false;
    }
  }
}
