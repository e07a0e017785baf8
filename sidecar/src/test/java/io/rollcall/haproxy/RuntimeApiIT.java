package io.rollcall.haproxy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Endpoint;
import io.rollcall.core.HaproxyInfo;
import io.rollcall.core.Slot;
import io.rollcall.core.SlotId;
import io.rollcall.core.Step;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealHaproxy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the installed HAProxy. */
final class RuntimeApiIT {
  private static final Step.Join JOIN = new Step.Join(slot(1));

  @TempDir Path directory;
  private final EventLoop loop = new EventLoop();
  private final Heard heard = new Heard();
  private RealHaproxy haproxy;
  private RuntimeApi api;

  @BeforeEach
  void start() {
    haproxy = RealHaproxy.in(directory, 12).start();
    api = connect(haproxy.socket());
  }

  @AfterEach
  void end() {
    haproxy.close();
    loop.close();
  }

  @Test
  void readsProcessAndFreeSlotsInNaturalOrder() {
    var seen = read();

    assertEquals(haproxy.pid(), seen.info().pid());
    assertTrue(seen.info().atLeast(2, 6), seen.info().version());
    assertFalse(seen.info().stopping());
    assertEquals(
        IntStream.rangeClosed(1, 12).mapToObj(RuntimeApiIT::slot).toList(),
        pool(seen).stream().map(Slot::id).toList());
    var free = new Slot.Load(0, 0, 0, 0, 0, 0);
    assertEquals(
        new Slot(slot(12), 12, null, Slot.Admin.MAINT, false, 100, "", free), pool(seen).getLast());
    assertEquals(List.of(), seen.problems());
  }

  @Test
  void namesABackendThatHaproxyDoesNotKnow() {
    var seen = loop.get(() -> api.read(List.of("nodes", "nowhere")));

    assertEquals(List.of("HAProxy has no backend 'nowhere'"), seen.problems());
    assertEquals(12, pool(seen).size());
    assertNull(seen.pools().get("nowhere"));
  }

  @Test
  void readsServersThatAreNoSlots() {
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
  void believesSomebodyElsesCheck() {
    allDone(new Step.SetAddress(slot(1), Endpoint.of("127.0.0.1", 9)), JOIN);
    assertFalse(first(read()).running());

    allDone(new Step.HealthUp(slot(1)));

    assertTrue(first(read()).running());
  }

  @Test
  void knowsTheReplyToEachStepTheSecondTimeToo() {
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
  void knowsTheReplyToEachChangeOfAddress() {
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
  void handsBackWhatHaproxyRefusesInItsWords() {
    var plain = new SlotId("plain", "by-path");
    var follower = new SlotId("plain", "follower");
    var replies =
        apply(
            List.of(
                new Step.ToReady(slot(99)),
                new Step.ToReady(new SlotId("nowhere", "slot1")),
                new Step.SetMaxconn(slot(99), 1),
                new Step.SetWeight(slot(1), 300),
                new Step.SetWeight(new SlotId("fixed", "only"), 7),
                new Step.HealthUp(follower),
                new Step.Join(follower),
                new Step.SetAddress(plain, Endpoint.of("127.0.0.1", 9))));

    assertEquals(
        List.of(
            "No such server",
            "No such backend",
            "No such server",
            "Absolute weight can only be between 0 and 256 inclusive",
            "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'",
            "cannot change health on a tracking server",
            "cannot change health on a tracking server",
            "Update for the current server address family is only supported through"
                + " configuration file"),
        replies.stream()
            .map(reply -> assertInstanceOf(Reply.Refused.class, reply).text())
            .map(text -> text.replaceFirst("\\.?( by 'stats socket command')?$", ""))
            .toList());
  }

  @Test
  void goesOnAfterARefusedStep() {
    var info = info();
    List<Step> steps = List.of(new Step.ToReady(slot(99)), new Step.SetWeight(slot(1), 9));
    var seen =
        loop.get(() ->
            api.apply(steps, info)
                .onSuccess(replies -> {
                  assertInstanceOf(Reply.Refused.class, replies.getFirst());
                  assertEquals(new Reply.Done(), replies.get(1));
                })
                .compose(_ -> api.read(List.of("nodes"))));

    assertEquals(9, first(seen).weight());
    assertEquals(1, heard.connections().size());
    assertEquals(List.of(), heard.losses());
  }

  @Test
  void saysThatTheSocketsLevelIsTooLow() {
    var operator = connect(haproxy.operatorSocket());
    loop.get(() -> operator.read(List.of("nodes")));

    var info = info();
    var replies = loop.get(() -> operator.apply(List.of(new Step.ToReady(slot(1))), info));

    assertEquals(
        "HAProxy answered 'set server nodes/slot1 state ready' with 'Permission denied'"
            + " (expected \"level admin\" on its \"stats socket\")",
        assertInstanceOf(Reply.Refused.class, replies.getFirst()).line());
  }

  @Test
  void countsSessionsByServerAndNeverShowsAKey() {
    for (int i = 0; i < 5; i++) {
      haproxy.cli("set table nodes key k" + i + " data.server_id " + (i < 3 ? 1 : 2));
    }
    haproxy.cli("set table nodes key a\\ exp\\=5\\ b data.server_id 1");

    var sample = loop.get(() -> api.sessions("nodes", 1));

    assertEquals(4, sample.entries());
    assertTrue(sample.newest().compareTo(Duration.ofMinutes(30)) <= 0, sample.toString());
    assertTrue(sample.newest().compareTo(Duration.ofMinutes(29)) > 0, sample.toString());
    assertEquals(6, loop.get(() -> api.tableSize("nodes")));
    allDone(new Step.ClearSessions(slot(1), 1));
    assertEquals(new SessionSample(0, Duration.ZERO), loop.get(() -> api.sessions("nodes", 1)));
    assertEquals(2, loop.get(() -> api.tableSize("nodes")));
  }

  @Test
  void countsNoSessionsWhereNoneAreTracked() {
    var none = new SessionSample(0, Duration.ZERO);

    assertEquals(none, loop.get(() -> api.sessions("plain", 1)));
    assertEquals(none, loop.get(() -> api.sessions("elsewhere", 1)));
    assertEquals(0, loop.get(() -> api.tableSize("plain")));
  }

  @Test
  void seesRequestsOfTheLastSecond() {
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
      assertEquals(Collections.nCopies(1000, new Reply.Done()), replies);
    }
  }

  private RuntimeApi connect(String socket) {
    return loop.call(() -> new RuntimeApi(loop.vertx(), socket, heard));
  }

  private Observation read() {
    return loop.get(() -> api.read(List.of("nodes")));
  }

  private HaproxyInfo info() {
    return read().info();
  }

  private List<Reply> apply(List<Step> steps) {
    var info = info();
    return loop.get(() -> api.apply(steps, info));
  }

  private void allDone(Step... steps) {
    assertEquals(Collections.nCopies(steps.length, new Reply.Done()), apply(List.of(steps)));
  }

  private HttpResponse<String> get() throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + haproxy.httpPort() + "/");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  private static List<Slot> pool(Observation seen) {
    return pool(seen, "nodes");
  }

  private static List<Slot> pool(Observation seen, String backend) {
    return Objects.requireNonNull(seen.pools().get(backend));
  }

  private static Slot first(Observation seen) {
    return pool(seen).getFirst();
  }

  private static SlotId slot(int number) {
    return new SlotId("nodes", "slot" + number);
  }
}
