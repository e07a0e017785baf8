package io.rollcall.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.CommandText;
import io.rollcall.testing.Figures;
import io.rollcall.testing.HostileText;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.ScriptedSerf;
import io.rollcall.testing.SocketRecorder;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever members, agents, backends and clients of the API say, what arrives at the admin socket
 * of a real HAProxy are known commands about the pool's own slots. {@code -Drollcall.hostile=N}
 * sends more.
 */
@Tag("haproxy")
final class HostileInputsIT {
  private static final int INPUTS = Integer.getInteger("rollcall.hostile", 800);
  private static final int LISTED = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final HostileText text = new HostileText(new Random(3));
  private RealHaproxy haproxy;
  private SocketRecorder recorder;
  private ScriptedSerf serf;
  private SidecarProcess sidecar;
  private AppServer app;
  private Path pipe;

  @BeforeEach
  void start() throws Exception {
    haproxy = RealHaproxy.in(folder, 300).start();
    recorder = new SocketRecorder(folder.resolve("recorded.sock"), Path.of(haproxy.socket()));
    app = new AppServer("s1");
    serf = new ScriptedSerf(members());
    pipe = folder.resolve("serf.pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    sidecar =
        new SidecarProcess(folder, haproxy)
            .with("SIDECAR_HAPROXY_SOCKET", folder.resolve("recorded.sock").toString())
            .with("SIDECAR_SERF_RPC", "127.0.0.1:" + serf.port())
            .with("SIDECAR_HTTP_TOKEN", TestClient.TOKEN);
    var _ = sidecar.start(ProcessBuilder.Redirect.to(folder.resolve("sidecar.log").toFile()));
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> sidecar.get("/readyz").statusCode() == 200);
  }

  @AfterEach
  void end() throws Exception {
    sidecar.close();
    serf.close();
    app.close();
    recorder.close();
    haproxy.close();
  }

  /** The first one is harmless, at an address that answers; so there are slots in use. */
  private List<ScriptedSerf.Backend> members() {
    var members = new ArrayList<ScriptedSerf.Backend>();
    var port = String.valueOf(app.port());
    members.add(
        new ScriptedSerf.Backend("s1", "127.0.0.1", Map.of("role", "backend", "port", port)));
    for (int i = 2; i < LISTED; i++) {
      var tags =
          Map.of(
              "role", "backend",
              "port", i % 9 == 0 ? text.next() : port,
              "weight", i % 8 == 0 ? text.next() : "50",
              "maxconn", i % 5 == 0 ? text.next() : "10",
              "state", i % 7 == 0 ? text.next() : "ready",
              "boot", text.next());
      members.add(new ScriptedSerf.Backend(text.next(), "127.0.0." + i, tags));
    }
    return members;
  }

  @Test
  void nothingButKnownCommandsArriveAtTheAdminSocket() throws Exception {
    sidecar.awaitState("s1", "serving");
    for (int i = 0; i < INPUTS; i++) {
      byPipe(i);
      byApi(i);
    }
    // what was sent last was handled, and the sidecar still works
    sidecar.awaitState("s1", "serving");
    assertEquals(202, sidecar.post("nodes/members/s1/drain").statusCode());
    await().until(() -> haproxy.status("nodes", slot()).matches("DRAIN|MAINT"));
    List<String> lines = recorder.lines();
    assertEquals(List.of(), lines.stream().filter(line -> !CommandText.isKnown(line)).toList());
    assertTrue(lines.stream().filter(line -> line.startsWith("set server")).count() > 50);
    Figures.tell(
        "hostile-inputs",
        List.of(
            "%d lines of the pipe, %d requests, %d members: %d commands, 0 injected"
                .formatted(INPUTS, INPUTS, LISTED, lines.size())));
  }

  private String slot() throws IOException {
    return sidecar.row("s1").at("/slot").asText();
  }

  /** Also lines that end where a hostile text has a line feed. */
  private void byPipe(int i) throws IOException {
    String line =
        switch (i % 4) {
          case 0 ->
              "member-join\t%s\t127.0.0.%d\tbackend\trole=backend,port=%s,weight=%s"
                  .formatted(text.next(), 100 + i % 100, app.port(), text.next());
          case 1 -> "user\trollcall-ready\t%d\t%s\\t%s".formatted(i, text.next(), text.next());
          case 2 ->
              "member-leave\t%s\t%s\tbackend\t%s".formatted(text.next(), text.next(), text.next());
          default -> text.next();
        };
    Files.writeString(pipe, line + "\n", StandardOpenOption.WRITE);
  }

  private void byApi(int i) throws IOException {
    String member = "pools/nodes/members/" + (i % 3 == 0 ? "s1" : encoded(text.next()));
    var response =
        switch (i % 6) {
          case 0, 1 ->
              sidecar.action("POST", member + "/ready", json(Map.of("reason", text.next())));
          case 2 -> sidecar.action("PUT", member + "/weight", json(Map.of("weight", text.next())));
          case 3 -> sidecar.action("POST", "sessions/lookup", json(Map.of("cookie", text.next())));
          case 4 -> sidecar.action("POST", "pools/" + encoded(text.next()) + "/release-hold", "");
          default ->
              sidecar.get(
                  "/page/member?pool=" + encoded(text.next()) + "&name=" + encoded(text.next()));
        };
    assertTrue(response.statusCode() < 500, response::toString);
  }

  private static String json(Map<String, String> body) throws IOException {
    return JSON.writeValueAsString(body);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
