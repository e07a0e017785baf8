package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The installed HAProxy on free ports, all its files in one directory: backend {@code nodes} with
 * slots as the product has them, backend {@code canary} likewise for requests with the header
 * {@code x-pool: canary}, and backends {@code plain}, {@code fixed} and {@code elsewhere} that
 * refuse this and that. Its processes end with {@link #close} or with the JVM.
 */
public final class RealHaproxy implements AutoCloseable {
  /** The HAProxy under test: the program that {@code HAPROXY} names, or the installed one. */
  public static final String PROGRAM = System.getenv().getOrDefault("HAPROXY", "haproxy");

  private static final Duration START = Duration.ofSeconds(10);

  private final Path directory;
  private final int httpPort = FreePorts.one();
  private final List<Process> processes = new ArrayList<>();

  private RealHaproxy(Path directory) {
    this.directory = directory;
  }

  /** The version under test as a number, 206 for 2.6. */
  public static int version() {
    try {
      Process process = new ProcessBuilder(PROGRAM, "-v").start();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      Matcher version = Pattern.compile("HAProxy version (\\d+)\\.(\\d+)").matcher(text);
      if (!version.find()) {
        throw new IllegalStateException(text);
      }
      return Integer.parseInt(version.group(1)) * 100 + Integer.parseInt(version.group(2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes configuration and seed of the state file; nothing runs yet. */
  public static RealHaproxy in(Path directory, int slots) {
    return in(directory, slots, "");
  }

  /**
   * The same.
   *
   * @param more sections after those of the fixture
   */
  public static RealHaproxy in(Path directory, int slots, String more) {
    var haproxy = new RealHaproxy(directory);
    haproxy.write(haproxy.configuration(slots) + more);
    return haproxy;
  }

  /**
   * The same, with another configuration.
   *
   * @param text with its admin socket {@code admin.sock} and its {@code server-state} in this
   *     directory
   */
  public static RealHaproxy with(Path directory, String text) {
    var haproxy = new RealHaproxy(directory);
    haproxy.write(text);
    return haproxy;
  }

  private void write(String text) {
    try {
      Files.writeString(configuration(), text);
      Files.writeString(stateFile(), "1\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes its configuration, for the next start. */
  public RealHaproxy edit(String before, String after) {
    try {
      String text = Files.readString(configuration());
      if (!text.contains(before)) {
        throw new IllegalArgumentException("not in the configuration: " + before);
      }
      Files.writeString(configuration(), text.replace(before, after));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Starts a process and waits until its admin socket answers. */
  public RealHaproxy start() {
    launch("-db");
    return this;
  }

  /** Starts a master with one worker. */
  public RealHaproxy startMaster() {
    launch("-W", "-S", masterSocket());
    // Before it says so a master does not take signals.
    await().atMost(START).until(() -> log().contains("Loading success"));
    return this;
  }

  /** A new process takes over and tells the old one to finish, as {@code systemctl reload} did. */
  public void reload() {
    launch("-db", "-sf", Long.toString(pid()));
  }

  /** The master starts a new worker and tells the old one to finish. */
  public void reloadByMaster() {
    long old = pid();
    signal("USR2");
    await().atMost(START).until(() -> answers() && pid() != old);
  }

  /** Ends the last process at once, as a crash does, and waits for its end. */
  public void kill() {
    end(process().destroyForcibly());
  }

  /** Ends the last process as TERM does and waits for its end. */
  public void terminate() {
    process().destroy();
    end(process());
  }

  public void restart() {
    kill();
    var _ = start();
  }

  /** Stops all processes in their tracks: connections stay open, nothing answers. */
  public void freeze() {
    signal("STOP");
  }

  /** The end of {@link #freeze}. */
  public void thaw() {
    signal("CONT");
  }

  /** What one line on the admin socket prints. */
  public String cli(String line) {
    return cli(Path.of(socket()), line);
  }

  /** What one line on this admin socket prints. */
  static String cli(Path socket, String line) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  /**
   * The server's status as HAProxy's own page shows it: {@code UP}, {@code DRAIN}, {@code MAINT}.
   */
  public String status(String backend, String server) {
    return cli("show stat " + backend + " 4 -1")
        .lines()
        .filter(line -> line.startsWith(backend + "," + server + ","))
        .map(line -> line.split(",", -1)[17])
        .findFirst()
        .orElseThrow();
  }

  /** Of the process (or worker) that listens now. */
  public long pid() {
    return Long.parseLong(
        cli("show info")
            .lines()
            .filter(line -> line.startsWith("Pid: "))
            .findFirst()
            .orElseThrow()
            .substring(5));
  }

  /** The admin socket. */
  public String socket() {
    return directory.resolve("admin.sock").toString();
  }

  /** The socket of the master, if there is one. */
  public String masterSocket() {
    return directory.resolve("master.sock").toString();
  }

  /** A socket at level operator: it reads and refuses changes. */
  public String operatorSocket() {
    return directory.resolve("operator.sock").toString();
  }

  public Path stateFile() {
    return directory.resolve("server-state");
  }

  public int httpPort() {
    return httpPort;
  }

  public String log() {
    try {
      return Files.readString(directory.resolve("haproxy.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(RealHaproxy::end);
  }

  private void launch(String... options) {
    var command =
        Stream.concat(Stream.of(PROGRAM, "-f", configuration().toString()), Stream.of(options))
            .toList();
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("haproxy.log").toFile()))
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      processes.add(process);
      boolean worker = options[0].equals("-W");
      await()
          .atMost(START)
          .failFast(() -> {
            if (!process.isAlive()) {
              throw new IllegalStateException("haproxy ended: " + log());
            }
          })
          .pollInterval(Duration.ofMillis(5))
          .until(() -> answers() && (worker || pid() == process.pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    try {
      return cli("show info").contains("Pid: ");
    } catch (UncheckedIOException _) {
      return false;
    }
  }

  private void signal(String name) {
    try {
      end(new ProcessBuilder("sh", "-c", "kill -" + name + " " + process().pid()).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process process() {
    return processes.getLast();
  }

  private static void end(Process process) {
    process.onExit().join();
  }

  public Path configuration() {
    return directory.resolve("haproxy.cfg");
  }

  private String configuration(int slots) {
    return """
    global
        stats socket "%s" mode 660 level admin
        stats socket "%s" mode 660 level operator
        stats timeout 1h
        stats maxconn 20
        hard-stop-after 10s
        server-state-file "%s"

    defaults
        mode http
        option redispatch 1
        retries 3
        retry-on conn-failure empty-response
        timeout connect 1s
        timeout client 60s
        timeout server 60s
        timeout check 1s
        load-server-state-from-file global

    frontend localnodes
        bind 127.0.0.1:%d
        use_backend canary if { req.hdr(x-pool) canary }
        default_backend nodes

    backend nodes
        balance roundrobin
        option httpchk
        http-check send meth GET uri /health
        http-check expect status 200
        cookie ROLLCALL insert indirect nocache httponly dynamic
        dynamic-cookie-key test
        stick-table type string len 40 size 100k expire 30m srvkey addr
        stick store-request req.cook(NODESESSID),sha1,hex
        stick store-response res.cook(NODESESSID),sha1,hex
        default-server check inter 200ms rise 1 fall 2 weight 100
        server-template slot 1-%d slot.invalid:1 init-addr last,192.0.2.1 disabled

    backend canary
        option httpchk GET /health
        cookie CANARY insert indirect nocache httponly dynamic
        dynamic-cookie-key test
        stick-table type string len 40 size 100k expire 30m srvkey addr
        stick store-request req.cook(NODESESSID),sha1,hex
        default-server check inter 200ms rise 1 fall 2 weight 100
        server-template slot 1-%d slot.invalid:1 init-addr last,192.0.2.1 disabled

    backend plain
        server by-path /nowhere.sock
        server follower 127.0.0.1:9 track nodes/slot1

    backend fixed
        balance static-rr
        server only 127.0.0.1:9

    backend elsewhere
        stick-table type ip size 1k store http_req_cnt
        server far 127.0.0.1:9
    """
        .formatted(socket(), operatorSocket(), stateFile(), httpPort, slots, slots);
  }
}
