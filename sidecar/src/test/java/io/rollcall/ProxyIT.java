package io.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.PoolView;
import io.rollcall.core.Slot;
import io.rollcall.core.SlotId;
import io.rollcall.status.Meters;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealHaproxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyIT {
  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();
  private volatile Duration ahead = Duration.ZERO;
  private RealHaproxy haproxy;
  private Proxy proxy;

  @BeforeEach
  void start() {
    haproxy = RealHaproxy.in(folder, 2).start();
    InstantSource clock = () -> Instant.now().plus(ahead);
    var settings = OnePool.settings(folder, haproxy.socket());
    proxy =
        loop.call(() ->
            new Proxy(
                loop.vertx(),
                clock,
                settings,
                new Troubles(() -> {}),
                new Journal(clock, () -> {}),
                new Meters(),
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
    Map<SlotId, PoolView.Sticky> sticky =
        loop.get(() -> proxy.sticky("nodes", List.of(slot), List.of()));
    return sticky.get(id).sessions();
  }
}
