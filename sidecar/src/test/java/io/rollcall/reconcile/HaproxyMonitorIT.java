package io.rollcall.reconcile;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.TestClient;
import io.rollcall.core.Metrics;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.it.OnePool;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealHaproxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("image")
class HaproxyMonitorIT {
  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();
  private volatile Duration ahead = Duration.ZERO;
  private RealHaproxy haproxy;
  private HaproxyMonitor proxy;

  @BeforeEach
  void start() {
    haproxy = RealHaproxy.in(folder, 8).start();
    InstantSource clock = () -> Instant.now().plus(ahead);
    var settings = OnePool.settings(folder, haproxy.socket());
    proxy =
        loop.call(() ->
            new HaproxyMonitor(
                loop.vertx(),
                clock,
                settings,
                new ComponentHealth(() -> {}),
                new Journal(clock, () -> {}),
                Metrics.NONE,
                () -> {}));
  }

  @AfterEach
  void end() {
    loop.get(proxy::close);
    haproxy.close();
    loop.close();
  }

  @Test
  void takesAClockThatJumpsForNoRestart() {
    loop.get(proxy::read);
    ahead = Duration.ofHours(1);
    loop.get(proxy::read);
    assertEquals(0, loop.call(() -> proxy.status().restartsSeen()));
  }

  @Test
  void readsOnlyWhatTheSlotsInUseCountWhileNothingElseChanges() throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      assertEquals(0, load(glance()).total());
      assertEquals("one", get());
      await().until(() -> load(glance()).total() == 1);
      assertFalse(glance().complete());
      assertTrue(slot(glance()).serving());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set server nodes/slot1 addr 127.0.0.2 port 9",
        "set server nodes/slot1 weight 7",
        "set server nodes/slot1 state drain",
        "set maxconn server nodes/slot1 3",
        "disable health nodes/slot1"
      })
  void readsAllWhereAHandChangedASlotInUse(String command) throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      haproxy.cli(command);
      assertTrue(glance().complete());
    }
  }

  @Test
  void readsAllWhereACheckFails() throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      app.healthy(false);
      await().until(() -> glance().complete());
      await().until(() -> !slot(glance()).running());
    }
  }

  @Test
  void readsAllWhenItIsDueAndWhereNotFewSlotsAreInUse() {
    loop.get(proxy::read);
    assertFalse(glance().complete());
    List<Slot> all = loop.get(proxy::read).pools().get("nodes");
    assertTrue(loop.get(() -> proxy.glance(all)).complete());
    ahead = Duration.ofSeconds(10);
    assertTrue(glance().complete());
    assertFalse(glance().complete());
    ahead = Duration.ofHours(-1);
    assertTrue(glance().complete(), "the clock was set back");
  }

  @Test
  void readsAllOfAnotherProcess() {
    loop.get(proxy::read);
    haproxy.restart();
    await().ignoreExceptions().until(() -> glance().complete());
  }

  private String get() throws Exception {
    try (var client = new TestClient(haproxy.httpPort())) {
      return client.get("/").body();
    }
  }

  /** Until a glance is enough. */
  private void serve(AppServer app) {
    haproxy.cli(
        "set server nodes/slot1 addr 127.0.0.1 port %d;set server nodes/slot1 state ready"
            .formatted(app.port()));
    await().until(() -> slot(loop.get(proxy::read)).check().equals("L7OK") && !glance().complete());
  }

  private Snapshot glance() {
    var slot1 =
        new Slot(new SlotId("nodes", "slot1"), 1, null, Slot.Admin.READY, true, 1, "", null);
    return loop.get(() -> proxy.glance(List.of(slot1)));
  }

  private static Slot slot(Snapshot seen) {
    return Objects.requireNonNull(seen.pools().get("nodes")).getFirst();
  }

  private static Slot.Load load(Snapshot seen) {
    return Objects.requireNonNull(slot(seen).load());
  }

  @Test
  void countsALargeTableSeldomAlsoWhereAnotherPoolIsAskedBetween() {
    for (int part = 0; part < 11; part++) {
      int from = part * 1000;
      haproxy.cli(
          IntStream.range(from, from + 1000)
              .mapToObj(i -> "set table nodes key k" + i + " data.server_id 1")
              .collect(Collectors.joining(";")));
    }
    assertEquals(11_000, sessions());
    haproxy.cli("clear table nodes key k1");
    loop.get(() -> proxy.sticky("other", List.of(), List.of()));
    assertEquals(11_000, sessions(), "counted less than 2 s ago");
  }

  private int sessions() {
    var id = new SlotId("nodes", "slot1");
    var slot = new Slot(id, 1, null, Slot.Admin.DRAIN, true, 100, "", null);
    Map<SlotId, PlannerInput.TrackedSessions> sticky =
        loop.get(() -> proxy.sticky("nodes", List.of(slot), List.of()));
    return sticky.get(id).sessions();
  }
}
