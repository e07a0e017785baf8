package io.rollcall.it;

import io.rollcall.app.Main;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sidecar as a process of its own, with the default settings except those that are given. */
final class SidecarProcess extends TestClient {
  private final Map<String, String> settings = new HashMap<>();
  private @Nullable Process process;
  private List<String> prefix = List.of();
  private List<String> options = List.of();
  private Path config = Path.of("../conf/sidecar.yaml");

  /** Nothing runs yet; the sidecar has neither a Serf agent nor a FIFO. */
  SidecarProcess(Path folder, RealHaproxy haproxy) {
    super(FreePorts.one());
    settings.put("SIDECAR_HTTP_HOST", "127.0.0.1");
    settings.put("SIDECAR_HTTP_PORT", String.valueOf(port()));
    settings.put("SIDECAR_SERF_PIPE", folder.resolve("serf.pipe").toString());
    settings.put("SIDECAR_SERF_RPC", "");
    settings.put("SIDECAR_HAPROXY_SOCKET", haproxy.socket());
    settings.put("SIDECAR_HAPROXY_STATEFILE", haproxy.stateFile().toString());
    settings.put("SIDECAR_HAPROXY_POLL", "200ms");
    settings.put("SIDECAR_STATE_DIR", folder.resolve("state").toString());
  }

  SidecarProcess with(String variable, String value) {
    settings.put(variable, value);
    return this;
  }

  /** With the memory that the service has, and this many file descriptors. */
  SidecarProcess asService(int descriptors) {
    prefix = List.of("sh", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "sh");
    options =
        List.of(
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmx64m",
            "-Xmn10m",
            "-XX:SurvivorRatio=3",
            "-XX:+ExitOnOutOfMemoryError");
    return this;
  }

  /** Settings that are not in this file have their defaults. */
  SidecarProcess config(Path file) {
    config = file;
    return this;
  }

  SidecarProcess agent(RealSerf agent) {
    return with("SIDECAR_SERF_RPC", agent.ip() + ":" + agent.rpcPort());
  }

  /** Starts it; standard error goes where standard output goes. */
  Process start(ProcessBuilder.Redirect output) throws IOException {
    var command = new ArrayList<>(prefix);
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--config",
            config.toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().keySet().removeIf(name -> name.startsWith("SIDECAR_"));
    builder.environment().putAll(settings);
    Process started = builder.start();
    process = started;
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    return started;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
    super.close();
  }
}
