package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.Browser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members say of themselves is shown as text, and what visitors hold is shown nowhere. */
final class ForeignTextIT {
  private static final String NAME = "<script>alert(1)</script>";
  private static final String TAG = "\"'&<b>\u202egnp.exe" + "x".repeat(500);
  private static final String SECRET = "s%3Avery-secret-session.0123456789";

  @TempDir Path folder;

  @Test
  void showsANameThatIsAScriptAsText() throws Exception {
    try (var app = new AppServer("s1");
        var balancer = new PipeBalancer(folder, Duration.ofSeconds(2), Duration.ofMillis(200))) {
      balancer.member(
          "member-join", NAME, app.address(), "role=backend,port=" + app.port() + ",t=" + TAG);
      balancer.awaitState(NAME, "serving");
      try (var browser = new Browser()) {
        browser.open(balancer.url());
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> browser.find("tbody th").getText().equals(NAME));
        browser.find("tbody a[data-details]").click();
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> browser.find("tbody .more-of").getText().contains("\\u{202e}gnp.exe"));
        assertEquals(
            0L, browser.run("return document.querySelectorAll('script:not([src])').length"));
        assertEquals(List.of(), browser.axe());
        assertEquals(List.of(), browser.complaints());
      }
      for (String path : List.of("/", "/metrics")) {
        String text = balancer.get(path).body();
        assertTrue(text.contains(NAME), text);
        assertFalse(text.contains("\u202e"), text);
      }
      assertTrue(balancer.get("/api/v1/status").body().contains("\"name\":\"" + NAME + "\""));
    }
  }

  @Test
  void tellsWhoHoldsASessionAndItsValueNowhere() throws Exception {
    var logged = new CopyOnWriteArrayList<String>();
    Handler log = collect(logged);
    Logger.getLogger("").addHandler(log);
    try (var balancer = new Balancer(folder)) {
      balancer.startAll();
      balancer.backend("s1", balancer.app("s1"));
      balancer.awaitRows("s1 slot1 serving");
      assertEquals("s1", balancer.through(balancer, "Cookie", "NODESESSID=" + SECRET));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> balancer.row("s1").at("/sessions/sticky").asInt() > 0);
      String found = look(balancer, SECRET);
      assertEquals(
          "{\"found\":true,\"pool\":\"nodes\",\"slot\":\"slot1\",\"member\":\"s1\"}\n", found);
      assertTrue(look(balancer, SECRET + "x").contains("\"found\":false"));
      var _ = balancer.post("nodes/members/s1/drain");
      balancer.awaitRows("s1 slot1 parked");
      for (String path : List.of("/", "/api/v1/status", "/api/v1/events", "/metrics")) {
        assertFalse(balancer.get(path).body().contains(SECRET), path);
      }
      assertEquals(List.of(), logged.stream().filter(line -> line.contains(SECRET)).toList());
    } finally {
      Logger.getLogger("").removeHandler(log);
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(SECRET), file::toString);
      }
    }
  }

  private static String look(Balancer balancer, String cookie) throws Exception {
    return balancer.action("POST", "sessions/lookup", "{\"cookie\":\"" + cookie + "\"}").body();
  }

  private static Handler collect(List<String> lines) {
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getMessage() + " " + line.getThrown());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    handler.setLevel(Level.ALL);
    return handler;
  }
}
