package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import io.rollcall.testing.SessionApp;
import io.rollcall.testing.Visitors;
import io.rollcall.testing.Visitors.Habit;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server joins while requests arrive without pause, so HAProxy's threads race with the steps. */
@Tag("image")
final class JoinIT {
  private static final int REQUESTS = 10_000;
  private static final SlotId STEADY = new SlotId("nodes", "slot1");
  private static final SlotId JOINING = new SlotId("nodes", "slot2");

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final EventLoop loop = new EventLoop();
  private final int port = FreePorts.one();
  private ProductHaproxy haproxy;

  @AfterEach
  void end() {
    loop.close();
    haproxy.close();
    vertx.close().await();
  }

  @Test
  void sendsNoRequestToAJoiningServerBeforeItsCheckPassed() throws Exception {
    haproxy = new ProductHaproxy(folder, UnaryOperator.identity());
    var recorded = new RecordedConnections();
    RuntimeApi api =
        loop.call(() -> new RuntimeApi(loop.vertx(), haproxy.socket().toString(), recorded));
    var info = loop.get(() -> api.read(List.of("nodes"))).info();
    var _ = app("steady", "127.0.0.40");
    app("refuses", "127.0.0.41").ready(false);
    List<Step> seat =
        List.of(
            new Step.SetAddress(STEADY, endpoint("127.0.0.40")),
            new Step.SetAddress(JOINING, endpoint("127.0.0.41")),
            new Step.ToReady(STEADY));
    assertDone(loop.get(() -> api.apply(seat, info)));
    try (var visitors = new Visitors(haproxy.httpPort())) {
      visitors.come(20, Habit.INSISTS, Map.of());
      visitors.askWithoutPause();
      List<Step> join = List.of(new Step.Join(JOINING), new Step.ToMaint(JOINING));
      while (visitors.visits().size() < REQUESTS) {
        for (int i = 0; i < 100; i++) {
          assertDone(loop.get(() -> api.apply(join, info)));
        }
      }
      var visits = visitors.end();
      assertEquals(Map.of(), Visitors.failures(visits), "of " + visits.size());
    }
  }

  private static void assertDone(List<StepResult> replies) {
    assertTrue(replies.stream().allMatch(StepResult.Done.class::isInstance), replies::toString);
  }

  private SessionApp app(String name, String address) {
    return new SessionApp(vertx, name, address, port, Duration.ofMillis(1));
  }

  private Endpoint endpoint(String address) {
    return new Endpoint(InetAddress.ofLiteral(address), port);
  }
}
