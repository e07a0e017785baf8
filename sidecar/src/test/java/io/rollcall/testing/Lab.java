package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The lab that {@code ./run.sh} starts, on free ports and with a folder of its own. */
public final class Lab implements AutoCloseable {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final Path folder;
  private final Map<String, String> settings = new TreeMap<>();

  public Lab(Path folder) {
    this.folder = folder;
    for (String name :
        List.of(
            "HTTP_PORT",
            "HAPROXY_STATS_PORT",
            "SIDECAR_HTTP_PORT",
            "SERF_PORT",
            "SERF_RPC_PORT",
            "APP_PORT")) {
      settings.put(name, String.valueOf(FreePorts.one()));
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    try {
      // as root the services run as other users, who have to get into it
      Files.setPosixFilePermissions(
          Files.createDirectories(folder), PosixFilePermissions.fromString("rwxr-xr-x"));
      // what is tested was built just now: run.sh is not to build it again meanwhile
      Files.setLastModifiedTime(
          ROOT.resolve("sidecar/target/sidecar.jar"), FileTime.from(Instant.now()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets a variable for what {@code run.sh} starts from now on. */
  public void set(String variable, String value) {
    settings.put(variable, value);
  }

  public int port(String variable) {
    return Integer.parseInt(settings.get(variable));
  }

  /** Runs {@code ./run.sh} with these arguments to its end and returns what it printed. */
  public String run(String... arguments) {
    Result result = tryRun(arguments);
    if (result.status() != 0) {
      throw new AssertionError(List.of(arguments) + " ended with " + result);
    }
    return result.printed();
  }

  /** What a command printed and its exit status. */
  public record Result(int status, String printed) {}

  public Result tryRun(String... arguments) {
    var command = new ArrayList<>(List.of(ROOT.resolve("run.sh").toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
    builder.environment().putAll(settings);
    builder.environment().put("ROLLCALL_LAB_DIR", folder.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    try {
      Process process = builder.start();
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end: " + printed);
      }
      return new Result(process.exitValue(), printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The JSON status of the balancer {@code ha}. */
  public JsonNode status() throws IOException {
    return status("127.0.0.1");
  }

  /** The JSON status of the balancer at this address. */
  public JsonNode status(String address) throws IOException {
    try (var client = new TestClient(address, port("SIDECAR_HTTP_PORT"))) {
      return client.status();
    }
  }

  /** Each member's slot and state, {@code s1 -> slot1 serving}; empty while nothing answers. */
  public Map<String, String> members() {
    return members("127.0.0.1");
  }

  /** The same of the balancer at this address. */
  public Map<String, String> members(String address) {
    var members = new TreeMap<String, String>();
    try {
      JsonNode rows = status(address).at("/pools/0/members");
      StreamSupport.stream(rows.spliterator(), false)
          .forEach(row ->
              members.put(
                  row.get("name").asText(),
                  row.get("slot").asText() + " " + row.get("state").asText()));
    } catch (IOException _) {
      // it does not answer now
    }
    return members;
  }

  /** The balancer's state in one word; empty while nothing answers. */
  public String state() {
    try {
      return status().at("/balancer/state").asText();
    } catch (IOException _) {
      return "";
    }
  }

  public void awaitMembers(Duration within, Map<String, String> expected) {
    await()
        .atMost(within)
        .pollInterval(Duration.ofMillis(20))
        .until(this::members, expected::equals);
  }

  /** Pids of this lab's processes of one node and program, as {@code run.sh} marks them. */
  public List<Long> pids(String node, String program) {
    String mark = "ROLLCALL_NODE=" + real(folder).resolve(node) + "\0";
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(p -> environment(p.pid()).contains(mark))
          .filter(p -> p.info().command().orElse("").endsWith("/" + program))
          .map(ProcessHandle::pid)
          .toList();
    }
  }

  public void kill(String node, String program) {
    List<Long> pids = pids(node, program);
    if (pids.isEmpty()) {
      throw new AssertionError("no " + program + " on " + node);
    }
    pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  /** Sends a signal, such as STOP, to each process of a program. */
  public void signal(String signal, String node, String program) {
    pids(node, program).forEach(pid -> finished("kill", "-" + signal, pid.toString()));
  }

  /** Tells s6 about a service of {@code ha} with an option of {@code s6-svc}. */
  public void service(String option, String service) {
    finished("s6-svc", option, folder.resolve("ha/services").resolve(service).toString());
  }

  /** One line for the admin socket of {@code ha}. */
  public void admin(String line) {
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // its folder may be a link to a shorter path
      socket.connect(UnixDomainSocketAddress.of(real(folder.resolve("ha/run/admin.sock"))));
      socket.write(UTF_8.encode(line + "\n"));
      var _ = Channels.newInputStream(socket).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  private static void finished(String... command) {
    try {
      if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
        throw new AssertionError(List.of(command) + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String environment(long pid) {
    try {
      return Files.readString(
          Path.of("/proc/" + pid + "/environ"), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    var _ = tryRun("down");
  }
}
