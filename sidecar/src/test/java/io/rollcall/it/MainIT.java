package io.rollcall.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process itself: what it takes, and with which status and line it refuses. */
@Timeout(60)
class MainIT {
  @TempDir Path folder;

  private record Ended(int status, String printed) {
    /** Its one line; on a busy machine Vert.x warns of a slow start, too. */
    String line() {
      List<String> lines =
          printed.lines().filter(line -> !line.contains("logger=BlockedThreadChecker")).toList();
      assertEquals(1, lines.size(), printed);
      return lines.getFirst();
    }
  }

  private static Ended sidecar(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(System.getProperty("java.home") + "/bin/java", "-jar", "target/sidecar.jar"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("SIDECAR_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertTrue(process.waitFor(20, TimeUnit.SECONDS), printed);
      return new Ended(process.exitValue(), printed);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void checksTheSettingsThatItShipsWith() throws Exception {
    Ended ended = sidecar(Map.of(), "--config", "../conf/sidecar.yaml", "--check");
    assertEquals(0, ended.status(), ended.printed());
    assertEquals("../conf/sidecar.yaml: configuration is valid", ended.line());
  }

  @Test
  void refusesAWrongValueByFileKeyAndWhatWasExpected() throws Exception {
    Path file = Files.writeString(folder.resolve("sidecar.yaml"), "http:\n  port: http\n");
    Ended ended = sidecar(Map.of(), "--config", file.toString());
    assertEquals(2, ended.status());
    assertEquals(
        file + ": http.port: expected a whole number from 1 to 65535, got \"http\"", ended.line());
  }

  @Test
  void refusesAVariableThatIsNoSetting() throws Exception {
    Ended ended =
        sidecar(Map.of("SIDECAR_HTPP_PORT", "1"), "--config", "../conf/sidecar.yaml", "--check");
    assertEquals(2, ended.status());
    assertTrue(ended.line().startsWith("SIDECAR_HTPP_PORT: "), ended.printed());
  }

  @Test
  void refusesAFileThatIsMissing() throws Exception {
    Ended ended = sidecar(Map.of(), "--config", "/nowhere/sidecar.yaml", "--check");
    assertEquals(2, ended.status());
    assertTrue(ended.line().startsWith("/nowhere/sidecar.yaml: "), ended.printed());
  }

  @Test
  void refusesAnUnknownArgument() throws Exception {
    Ended ended = sidecar(Map.of(), "--verbose");
    assertEquals(2, ended.status());
    assertTrue(ended.line().startsWith("unknown argument --verbose"), ended.printed());
  }

  @Test
  void saysThatItsPortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0)) {
      String port = String.valueOf(taken.getLocalPort());
      Ended ended =
          sidecar(
              Map.of("SIDECAR_HTTP_PORT", port, "SIDECAR_STATE_DIR", folder.toString()),
              "--config",
              "../conf/sidecar.yaml");
      assertEquals(1, ended.status());
      assertTrue(ended.line().contains(port) && ended.line().contains("SIDECAR_HTTP_PORT"));
    }
  }
}
