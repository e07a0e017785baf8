package io.rollcall.http;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;
import static io.rollcall.http.Samples.row;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.Status;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StreamTest {
  private static final String HOST = "127.0.0.1";

  private final EventLoop loop = new EventLoop();
  private final StubStatus source = new StubStatus();
  private StatusServer server;
  private TestClient client;

  @BeforeEach
  void listen() {
    server = new StatusServer(loop.vertx(), HttpAccess.of(TestClient.TOKEN), source.ports());
    client = new TestClient(loop.get(() -> server.listen(HOST, 0)));
  }

  @AfterEach
  void close() {
    client.close();
    loop.close();
  }

  private List<String> read(String... headers) throws IOException {
    return client.stream("/api/v1/stream", headers);
  }

  private void says(Status status) {
    var _ =
        loop.call(() -> {
          source.status = status;
          server.changed();
          return "";
        });
  }

  private static long count(List<String> lines, String line) {
    return lines.stream().filter(line::equals).count();
  }

  @Test
  void givesTheStatusAtOnceAndEachChangeWithin200Milliseconds() throws Exception {
    var lines = read();
    await().until(() -> count(lines, "event: status") == 1);
    long began = System.nanoTime();
    says(Samples.status(S1, row("s2", MemberState.DOWN)));
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> lines.stream().anyMatch(line -> line.contains("\"state\":\"down\"")));
    long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
    assertTrue(took < 200, "took " + took + " ms");
    assertEquals(2, count(lines, "event: status"));
  }

  @Test
  void givesEventsAsTheyComeWithTheirIds() throws Exception {
    var lines = read();
    await().until(() -> count(lines, "event: status") == 1);
    assertEquals(0, count(lines, "event: event"), "those before the stream began are not new");
    says(Samples.status(List.of(Samples.event(8, "s2"), Samples.event(9, "s3")), S1, S2));
    await().until(() -> count(lines, "id: 9") == 1);
    assertEquals(1, count(lines, "event: event"));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("data: {\"id\":9,")));
  }

  @Test
  void givesTheEventsThatAReaderMissed() throws Exception {
    var lines = read("Last-Event-ID", "7");
    await().until(() -> count(lines, "event: event") == 1);
    assertEquals(1, count(lines, "id: 8"));
    assertEquals(0, count(lines, "id: 7"));
  }

  @Test
  void tellsAtOnceWhatBecomesOfMail() throws Exception {
    var lines = read();
    await().until(() -> count(lines, "event: status") == 1);
    says(Samples.mailing(new Status.MailStatus(1, 0, null, "no route", Samples.NOW)));
    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> lines.stream().anyMatch(line -> line.contains("no route")));
  }

  @Test
  void keepsCountersForLater() throws Exception {
    var lines = read();
    await().until(() -> count(lines, "event: status") == 1);
    says(Samples.status(Samples.busier(S1), S2));
    says(Samples.status(List.of(Samples.event(9, "s3")), Samples.busier(S1), S2));
    await().until(() -> count(lines, "id: 9") == 1);
    assertEquals(1, count(lines, "event: status"));
  }

  @Test
  void gathersABurstIntoOneStatus() throws Exception {
    var lines = read();
    await().until(() -> count(lines, "event: status") == 1);
    for (int i = 0; i < 100; i++) {
      says(Samples.status(row("s" + i, MemberState.JOINING)));
    }
    await().until(() -> lines.stream().anyMatch(line -> line.contains("\"name\":\"s99\"")));
    assertTrue(count(lines, "event: status") < 10, () -> lines.size() + " lines");
  }

  @Test
  void keepsNothingForAReaderThatDoesNotRead() throws Exception {
    try (var slow = new Socket()) {
      slow.setReceiveBufferSize(8192);
      slow.connect(new InetSocketAddress(InetAddress.ofLiteral(HOST), client.port()));
      slow.getOutputStream()
          .write("GET /api/v1/stream HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      var lines = read();
      await().until(() -> loop.call(() -> server.streams()) == 2);
      String text = "x".repeat(500_000);
      for (int i = 0; i < 60; i++) {
        String name = "s" + i;
        says(Samples.status(Samples.because(name, text + i)));
        await()
            .pollInterval(Duration.ofMillis(5))
            .until(() -> lines.stream().anyMatch(line -> line.contains('"' + name + '"')));
      }
      slow.setSoTimeout(2000);
      long got = 0;
      byte[] chunk = new byte[65536];
      String last = "";
      while (!last.contains("x59\"")) {
        int n = slow.getInputStream().read(chunk);
        assertTrue(n > 0, "the newest never came");
        got += n;
        last = (last + new String(chunk, 0, n, StandardCharsets.US_ASCII));
        last = last.substring(Math.max(0, last.length() - 70_000));
      }
      assertTrue(got < 60 * 500_000L / 2, "all of it was kept: " + got);
    }
  }

  @Test
  void forgetsAReaderThatIsGone() throws Exception {
    try (var gone = new Socket(InetAddress.ofLiteral(HOST), client.port())) {
      gone.getOutputStream()
          .write("GET /api/v1/stream HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      await().until(() -> loop.call(() -> server.streams()) == 1);
    }
    await().until(() -> loop.call(() -> server.streams()) == 0);
    assertFalse(loop.call(() -> server.streams()) > 0);
  }
}
