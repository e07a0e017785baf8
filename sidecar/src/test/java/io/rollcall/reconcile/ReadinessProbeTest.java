package io.rollcall.reconcile;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Readiness;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.FreePorts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real applications that answer, refuse, or are not there yet. */
final class ReadinessProbeTest {
  private static final Readiness READY = Readiness.http("app.example.org", "/ready");

  private final EventLoop loop = new EventLoop();
  private final Map<Endpoint, Boolean> answers = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final Endpoint at = Endpoint.of("127.0.0.1", FreePorts.one());
  private ReadinessProbe probe;

  @BeforeEach
  void start() {
    probe = loop.call(() -> new ReadinessProbe(loop.vertx(), answers::put));
  }

  @AfterEach
  void end() {
    ask(Map.of());
    loop.close();
  }

  @Test
  void asksUntilTheApplicationIsThereAndReady() {
    ask(Map.of(at, Readiness.http("app.example.org", "/ready")));
    listen(503, 200);
    await().until(() -> answers.containsKey(at));
    assertEquals(Map.of(at, true), answers);
    assertTrue(requests.get() >= 3, "two refusals and an answer");
  }

  @Test
  void reportsAnAnswerThatSaysNothingAboutReadiness() {
    listen(404, 404);
    ask(Map.of(at, Readiness.http("app.example.org", "/ready")));
    await().until(() -> answers.containsKey(at));
    assertEquals(Map.of(at, false), answers);
    assertEquals(1, requests.get());
  }

  @Test
  void asksAnApplicationAtAnAddressOfIpv6() throws Exception {
    try (var app = new AppServer("one", "::1")) {
      var there = Endpoint.of("::1", app.port());
      ask(Map.of(there, Readiness.http("", "/health"), at, Readiness.TCP));
      await().until(() -> answers.containsKey(there));
      assertEquals(Map.of(there, true), answers);
      ask(Map.of());
      answers.clear();
      ask(Map.of(there, Readiness.TCP));
      await().until(() -> answers.containsKey(there));
      assertEquals(Map.of(there, true), answers);
    }
  }

  @Test
  void takesAConnectionForReadinessAndSendsNothing() {
    listen(503, 503);
    ask(Map.of(at, Readiness.TCP));
    await().until(() -> answers.containsKey(at));
    assertEquals(Map.of(at, true), answers);
    assertEquals(0, requests.get());
  }

  @Test
  void asksNobodyWhoIsNoLongerToBeAsked() {
    listen(503, 503);
    ask(Map.of(at, Readiness.http("app.example.org", "/ready")));
    await().until(() -> requests.get() > 3);
    ask(Map.of());
    int before = requests.get();
    await().during(Duration.ofMillis(100)).until(() -> requests.get() <= before + 1);
    assertEquals(Map.of(), answers);
  }

  @Test
  void cutsOffABodyWithoutEnd() {
    var open = new AtomicInteger();
    loop.get(() ->
        loop.vertx()
            .createHttpServer()
            .connectionHandler(connection -> {
              open.incrementAndGet();
              connection.closeHandler(_ -> open.decrementAndGet());
            })
            .requestHandler(request -> {
              requests.incrementAndGet();
              request.response().setChunked(true).setStatusCode(503).write("x");
            })
            .listen(at.port(), "127.0.0.1"));
    ask(Map.of(at, READY));
    await().until(() -> requests.get() > 10);
    ask(Map.of());
    await().until(() -> open.get() == 0);
  }

  @Test
  void isNotDelayedByApplicationsThatDoNotAnswer() {
    loop.get(
        () -> // the others keep silent
        loop.vertx()
                .createHttpServer()
                .requestHandler(request -> {
                  if (request.localAddress().host().equals("127.0.0.1")) {
                    request.response().end();
                  }
                })
                .listen(at.port(), "0.0.0.0"));
    var all = new LinkedHashMap<Endpoint, Readiness>();
    for (int i = 0; i < 500; i++) {
      all.put(Endpoint.of("127.7.%d.%d".formatted(i / 250, 1 + i % 250), at.port()), READY);
    }
    all.put(at, READY);
    ask(all);
    await().atMost(Duration.ofSeconds(2)).until(() -> answers.containsKey(at));
  }

  @Test
  void asksThoseThatWaitBehindSomeWhoAreNoLongerToBeAsked() {
    listen(200, 200);
    var all = new LinkedHashMap<Endpoint, Readiness>();
    for (int i = 0; i < 500; i++) {
      all.put(Endpoint.of("127.7.%d.%d".formatted(i / 250, 1 + i % 250), at.port()), READY);
    }
    all.put(at, READY);
    loop.call(() -> {
      probe.ask(all);
      probe.ask(Map.of(at, READY));
      return all;
    });
    await().until(() -> answers.containsKey(at));
  }

  private void ask(Map<Endpoint, Readiness> applications) {
    loop.call(() -> {
      probe.ask(applications);
      return applications;
    });
  }

  /** Twice the first status, then the second; another path or host is refused. */
  private void listen(int first, int then) {
    loop.get(() ->
        loop.vertx()
            .createHttpServer()
            .requestHandler(request -> {
              int count = requests.incrementAndGet();
              boolean expected =
                  request.path().equals("/ready")
                      && "app.example.org".equals(request.getHeader("Host"));
              int status = count <= 2 ? first : then;
              request.response().setStatusCode(expected ? status : 400).end();
            })
            .listen(at.port(), "127.0.0.1"));
  }
}
