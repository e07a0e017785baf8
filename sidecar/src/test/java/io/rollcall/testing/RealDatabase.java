package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server of Debian's PostgreSQL or Redis at an address and a port; one may follow another. */
public final class RealDatabase implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final Path folder;
  private final String address;
  private final int port;
  private @Nullable Process process;

  private RealDatabase(String name, String address, int port) {
    this.address = address;
    this.port = port;
    try {
      // not a @TempDir: PostgreSQL does not run as root
      folder = Files.createTempDirectory(name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A PostgreSQL with a database of its own. */
  public static RealDatabase postgresql(String address, int port) {
    var server = new RealDatabase("postgresql", address, port);
    server.own();
    run(server.postgresql("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C"));
    return server.startPostgresql();
  }

  /** A PostgreSQL that follows another one. */
  public static RealDatabase standby(RealDatabase primary, String address, int port) {
    var server = new RealDatabase("postgresql", address, port);
    server.own();
    String from = "host=" + primary.address + " port=" + primary.port + " user=postgres";
    run(server.postgresql("pg_basebackup", "-R", "--checkpoint=fast", "--no-sync", "-d", from));
    return server.startPostgresql();
  }

  /** A Redis with the settings, such as {@code --replicaof}. */
  public static RealDatabase redis(String address, int port, String... settings) {
    var server = new RealDatabase("redis", address, port);
    var command =
        new ArrayList<>(
            List.of(
                "redis-server",
                "--bind",
                address,
                "--port",
                String.valueOf(port),
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0",
                "--dir",
                server.folder.toString()));
    command.addAll(Arrays.asList(settings));
    return server.start(command);
  }

  /** All that it printed so far. */
  public String log() {
    try {
      return Files.readString(logFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      // of PostgreSQL's own signals that which waits for nobody; Redis ends as well
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      Files.deleteIfExists(logFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RealDatabase startPostgresql() {
    return start(
        postgresql(
            "postgres",
            "-p",
            String.valueOf(port),
            "-c",
            "listen_addresses=" + address,
            "-c",
            "unix_socket_directories=",
            "-c",
            "shared_memory_type=mmap",
            "-c",
            "fsync=off"));
  }

  private RealDatabase start(List<String> command) {
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(logFile().toFile())
              .start();
      process = started;
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
      await()
          .atMost(START)
          .failFast(() -> {
            if (!started.isAlive()) {
              throw new IllegalStateException(command + " ended: " + log());
            }
          })
          .until(this::listens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private boolean listens() {
    try (var _ = new Socket(InetAddress.ofLiteral(address), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private Path logFile() {
    return folder.resolveSibling(folder.getFileName() + ".log");
  }

  /** The folder belongs to the user that PostgreSQL runs as. */
  private void own() {
    if (isRoot()) {
      run(List.of("chown", "postgres", folder.toString()));
    }
  }

  /** A program of the newest PostgreSQL, whose folder is not in the PATH. */
  private List<String> postgresql(String program, String... arguments) {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      Path newest = versions.max(Comparator.naturalOrder()).orElseThrow();
      command.add(newest.resolve("bin").resolve(program).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    command.addAll(List.of("-D", folder.toString()));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void run(List<String> command) {
    try {
      var run = new ProcessBuilder(command).redirectErrorStream(true).start();
      run.getOutputStream().close();
      String output = new String(run.getInputStream().readAllBytes(), UTF_8);
      if (run.onExit().join().exitValue() != 0) {
        throw new IllegalStateException(command + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
