package io.rollcall.haproxy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads and steps, against the installed HAProxy. */
@Tag("image")
final class RuntimeApiIT extends HaproxyFixture {
  private static final Step.Join JOIN = new Step.Join(slot(1));

  @Test
  void readsProcessAndFreeSlotsInNaturalOrder() {
    var seen = read();

    assertEquals(haproxy.pid(), seen.info().pid());
    assertTrue(seen.info().atLeast(2, 6), seen.info().version());
    assertFalse(seen.info().stopping());
    assertEquals(
        IntStream.rangeClosed(1, 12).mapToObj(RuntimeApiIT::slot).toList(),
        pool(seen).stream().map(Slot::id).toList());
    Slot.Load load = Objects.requireNonNull(pool(seen).getLast().load());
    assertNotNull(load.counters());
    var free = new Slot.Load(0, 0, 0, 0, 0, 0, load.counters());
    assertEquals(
        new Slot(
            slot(12),
            12,
            null,
            Slot.Admin.MAINT,
            false,
            100,
            "",
            free,
            pool(seen).getLast().report()),
        pool(seen).getLast());
    assertEquals(List.of(), seen.problems());
  }

  @Test
  void reportsTheCookieByWhichClientsStay() {
    var seen = loop.get(() -> api.read(List.of("nodes", "plain")));

    assertEquals("ROLLCALL", seen.backends().get("nodes").cookie());
    assertEquals("", seen.backends().get("plain").cookie());
  }

  @Test
  void reportsABackendThatHaproxyDoesNotHave() {
    var seen = loop.get(() -> api.read(List.of("nodes", "nowhere")));

    assertEquals(
        List.of(
            "HAProxy has no backend 'nowhere'; it has canary, elsewhere, fixed, nodes, plain (check"
                + " pools[].backend)"),
        seen.problems());
    assertEquals(12, pool(seen).size());
    assertNull(seen.pools().get("nowhere"));
  }

  @Test
  void readsWhatTheLinesOfSlotsSay(@TempDir Path folder) {
    String own =
        """
        backend own
          cookie SRV insert
          server a slot.invalid init-addr last,192.0.2.1 disabled cookie c1 backup
          server b slot.invalid:1 init-addr last,192.0.2.1 disabled weight 7
        backend dynamic
          cookie SRV insert dynamic
          dynamic-cookie-key secret
          server a slot.invalid:1 init-addr last,192.0.2.1 disabled
        """;
    try (var other = RealHaproxy.in(folder, 2, own).start()) {
      RuntimeApi client = connect(other.socket());
      var seen = loop.get(() -> client.read(List.of("own", "dynamic")));
      loop.get(client::close);
      assertEquals(
          List.of(
              new Slot.Configured("slot.invalid", 1, true, "c1", true),
              new Slot.Configured("slot.invalid", 7)),
          pool(seen, "own").stream().map(Slot::configured).toList());
      assertEquals(
          List.of(new Slot.Configured("slot.invalid", 1)),
          pool(seen, "dynamic").stream().map(Slot::configured).toList());
    }
  }

  @Test
  void reportsABackendThatIsDisabled(@TempDir Path folder) {
    String off = "backend off\n  disabled\n  server a 192.0.2.1:1\n";
    try (var other = RealHaproxy.in(folder, 2, off).start()) {
      RuntimeApi client = connect(other.socket());
      var seen = loop.get(() -> client.read(List.of("off", "nodes")));
      loop.get(client::close);
      assertEquals(
          List.of(
              "backend 'off' is disabled in haproxy.cfg, so that no request reaches it: remove"
                  + " \"disabled\" from it and reload HAProxy"),
          seen.problems());
      assertEquals(Set.of("nodes"), seen.pools().keySet());
    }
  }

  @Test
  void readsServersThatAreNotSlots() {
    var plain = pool(loop.get(() -> api.read(List.of("plain"))), "plain");

    assertEquals(List.of("by-path", "follower"), plain.stream().map(s -> s.id().server()).toList());
    assertNull(plain.getFirst().endpoint());
  }

  @Test
  void joinsAMemberOnceItsCheckPasses() throws Exception {
    try (var app = new AppServer("first")) {
      app.healthy(false);
      var endpoint = Endpoint.of("127.0.0.1", app.port());
      allDone(
          new Step.ToMaint(slot(1)),
          new Step.ClearSessions(slot(1), 1),
          new Step.SetMaxconn(slot(1), 7),
          new Step.SetWeight(slot(1), 50),
          new Step.SetAddress(slot(1), endpoint));
      var prepared = first(read());
      assertEquals(endpoint, prepared.endpoint());
      assertEquals(50, prepared.weight());
      assertEquals(7, Objects.requireNonNull(prepared.load()).maxconn());
      assertTrue(prepared.idle());

      allDone(JOIN);
      var joining = first(read());
      assertEquals(Slot.Admin.READY, joining.admin());
      assertFalse(joining.running());
      assertEquals(503, get().statusCode());

      app.healthy(true);
      await().until(() -> first(read()).serving());
      assertEquals("L7OK", first(read()).check());
      assertEquals("first", get().body());
      assertEquals(1, Objects.requireNonNull(first(read()).load()).total());
    }
  }

  @Test
  void acceptsACheckFromOutside() {
    allDone(new Step.SetAddress(slot(1), Endpoint.of("127.0.0.1", 9)), JOIN);
    assertFalse(first(read()).running());

    allDone(new Step.HealthUp(slot(1)));

    assertTrue(first(read()).running());
  }

  @Test
  void acceptsTheReplyToEachStepAlsoTheSecondTime() {
    var steps =
        new Step[] {
          new Step.ToMaint(slot(2)),
          new Step.ClearSessions(slot(2), 2),
          new Step.SetAddress(slot(2), Endpoint.of("127.0.0.1", 9)),
          new Step.SetWeight(slot(2), 0),
          new Step.SetWeight(slot(2), 256),
          new Step.SetMaxconn(slot(2), 3),
          new Step.SetMaxconn(slot(2), 0),
          new Step.Join(slot(2)),
          new Step.HealthUp(slot(2)),
          new Step.ToDrain(slot(2)),
          new Step.ToReady(slot(2)),
          new Step.ToDrain(slot(2)),
        };
    allDone(steps);
    allDone(steps);

    var seen = pool(read()).get(1);
    assertEquals(Slot.Admin.DRAIN, seen.admin());
    assertEquals(0, Objects.requireNonNull(seen.load()).maxconn());
  }

  @Test
  void acceptsTheReplyToEachChangeOfAddress() {
    for (var endpoint :
        List.of(
            Endpoint.of("127.0.0.1", 10),
            Endpoint.of("127.0.0.1", 11),
            Endpoint.of("127.0.0.2", 11),
            Endpoint.of("127.0.0.3", 12),
            Endpoint.of("fd00::7", 12),
            Endpoint.of("fd00::7", 65_535))) {
      allDone(new Step.SetAddress(slot(1), endpoint));
      assertEquals(endpoint, first(read()).endpoint());
    }
  }

  @Test
  void treatsAPoolWithoutTrackingAsCleared() {
    allDone(
        new Step.ClearSessions(new SlotId("plain", "by-path"), 1),
        new Step.ClearSessions(new SlotId("elsewhere", "far"), 1));
  }

  @Test
  void readsTheRequestRate() {
    await()
        .until(() -> {
          assertEquals(503, get().statusCode());
          return read().info().requestRate() > 3;
        });
  }

  @Test
  void readsAThousandSlotsInMilliseconds(@TempDir Path large) {
    try (var many = RealHaproxy.in(large, 1000).start()) {
      var reader = connect(many.socket());
      long fastest = Long.MAX_VALUE;
      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        var seen = loop.get(() -> reader.read(List.of("nodes")));
        fastest = Math.min(fastest, System.nanoTime() - start);
        assertEquals(1000, pool(seen).size());
      }
      System.out.println("1000 slots read in " + fastest / 1000 + " us");
      List<Step> steps =
          pool(loop.get(() -> reader.read(List.of("nodes")))).stream()
              .<Step>map(s -> new Step.SetAddress(s.id(), Endpoint.of("127.0.0.1", s.serverId())))
              .toList();
      var info = info();
      long start = System.nanoTime();
      var replies = loop.get(() -> reader.apply(steps, info));
      System.out.println("1000 addresses set in " + (System.nanoTime() - start) / 1000 + " us");
      assertEquals(Collections.nCopies(1000, new StepResult.Done()), replies);
    }
  }

  private HttpResponse<String> get() throws IOException {
    try (var client = new TestClient(haproxy.httpPort())) {
      return client.get("/");
    }
  }
}
