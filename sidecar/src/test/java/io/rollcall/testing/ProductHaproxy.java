package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The installed HAProxy with the configuration of the product, on free ports. */
public final class ProductHaproxy implements AutoCloseable {
  private static final Path CONFIGURATION = Path.of("../ha/config/haproxy.cfg");

  private final Path folder;
  private final int httpPort = FreePorts.one();
  private final int statsPort = FreePorts.one();
  private final Process process;

  /**
   * Starts it, and returns when it takes requests.
   *
   * @param edit what the test needs otherwise than the product
   */
  public ProductHaproxy(Path folder, UnaryOperator<String> edit) {
    this.folder = folder;
    Path configuration = folder.resolve("haproxy.cfg");
    try {
      Files.writeString(configuration, edit.apply(Files.readString(CONFIGURATION)));
      Files.writeString(stateFile(), "1\n");
      var builder =
          new ProcessBuilder(RealHaproxy.PROGRAM, "-db", "-f", configuration.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("haproxy.log").toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "HAPROXY_SOCKET", socket().toString(),
                  "HAPROXY_STATE_FILE", stateFile().toString(),
                  "HTTP_HOST", "127.0.0.1",
                  "HTTP_PORT", String.valueOf(httpPort),
                  "STATS_HOST", "127.0.0.1",
                  "HAPROXY_STATS_PORT", String.valueOf(statsPort),
                  "DYNAMIC_COOKIE_KEY", "test"));
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await()
        .atMost(Duration.ofSeconds(10))
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("haproxy ended: " + log());
          }
        })
        .until(this::listens);
  }

  /** The admin socket. */
  public Path socket() {
    return folder.resolve("admin.sock");
  }

  /** What one line on the admin socket prints. */
  public String cli(String line) {
    return RealHaproxy.cli(socket(), line);
  }

  public Path stateFile() {
    return folder.resolve("server-state");
  }

  public int httpPort() {
    return httpPort;
  }

  public int statsPort() {
    return statsPort;
  }

  public String log() {
    try {
      return Files.readString(folder.resolve("haproxy.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private boolean listens() {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), httpPort)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
