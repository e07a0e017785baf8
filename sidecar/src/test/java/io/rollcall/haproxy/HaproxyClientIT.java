package io.rollcall.haproxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.Effect.Scope;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.PlannerInput.TrackedSessions;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealHaproxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shell uses of HAProxy, on the installed one. */
@Tag("haproxy")
final class HaproxyClientIT {
  private static final SlotId SLOT1 = new SlotId("nodes", "slot1");
  private static final Slot USED = new Slot(SLOT1, 1, null, Slot.Admin.READY, true, 1, "", null);

  @TempDir Path folder;
  private final EventLoop loop = new EventLoop();
  private final List<HaproxyInput> inputs = new CopyOnWriteArrayList<>();
  private final Instant began = Instant.EPOCH;
  private volatile Duration ahead = Duration.ZERO;
  private volatile boolean stopped;
  private RealHaproxy haproxy;
  private HaproxyClient client;

  @BeforeEach
  void start() {
    haproxy = RealHaproxy.in(folder, 8).start();
    long start = System.nanoTime();
    client = client(haproxy.socket(), start);
  }

  private HaproxyClient client(String socket, long start) {
    return client(new HaproxyClient.Paths(socket, null, ""), start);
  }

  private HaproxyClient client(HaproxyClient.Paths paths, long start) {
    return loop.call(() ->
        new HaproxyClient(
            loop.vertx(),
            paths,
            List.of("nodes", "plain"),
            () -> stopped ? began : began.plusNanos(System.nanoTime() - start).plus(ahead),
            Metrics.NONE,
            inputs::add));
  }

  @AfterEach
  void end() {
    loop.get(client::close);
    haproxy.close();
    loop.close();
  }

  @Test
  void readsOnlyTheCountersOfUsedSlotsWhileNothingElseChanges() throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      assertEquals(0, total(counters()));
      assertEquals("one", get());
      await().until(() -> total(counters()) == 1);
      assertFalse(counters().snapshot().complete());
      assertTrue(slot1(counters()).serving());
    }
  }

  @Test
  void readsTheBackendsAsAWholeWithTheCounters() throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      assertEquals("one", get());
      await().until(() -> nodes(counters()).sessions() == 1);
      var read = counters();
      assertFalse(read.snapshot().complete());
      assertEquals(1L, nodes(read).tracked());
      assertEquals("http", nodes(read).mode());
      assertEquals(Set.of("nodes", "plain"), read.snapshot().backends().keySet());
    }
  }

  @Test
  void reportsASocketThatRefusesAllChanges() {
    assertEquals(List.of(), all().snapshot().configuration());
    loop.get(client::close);
    client = client(haproxy.operatorSocket(), System.nanoTime());
    assertEquals(
        List.of(
            new ConfigurationFinding(
                ConfigurationFinding.Fault.NOT_ADMIN,
                null,
                "the admin socket has level operator, and HAProxy refuses all changes: add \"level"
                    + " admin\" to its \"stats socket\" and reload HAProxy")),
        all().snapshot().configuration());
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
  void readsAllWhereAPersonChangedAUsedSlot(String command) throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      haproxy.cli(command);
      assertTrue(counters().snapshot().complete());
    }
  }

  @Test
  void seesTheProcessBeforeAReloadUntilItsLastRequestEnds() throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      long old = haproxy.pid();
      try (var visitor = new Socket(InetAddress.getLoopbackAddress(), haproxy.httpPort())) {
        visitor.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(US_ASCII));
        haproxy.reload();
        await()
            .ignoreExceptions()
            .until(() -> all().snapshot().oldWorkers().stream().anyMatch(w -> w.pid() == old));
      }
      await().until(() -> all().snapshot().oldWorkers().isEmpty());
    }
  }

  @Test
  void readsBackAPreparedSlotAlone() {
    Slot before = slot1(all());
    haproxy.cli("set server nodes/slot1 addr 127.0.0.9 port 81");
    haproxy.cli("set server nodes/slot1 weight 37");
    haproxy.cli("set maxconn server nodes/slot1 5");
    HaproxyInput.SlotsRead read = slots(before);
    assertFalse(read.snapshot().complete());
    assertTrue(read.snapshot().covers(SLOT1));
    assertEquals(slot1(all()).with(slot1(read).load()), slot1(read));
    assertEquals("127.0.0.9:81", String.valueOf(slot1(read).endpoint()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"state ready", "state drain"})
  void readsAllWhereAPreparedSlotIsInMaintenanceNoMore(String change) {
    Slot before = slot1(all());
    haproxy.cli("set server nodes/slot1 " + change);
    assertTrue(slots(before).snapshot().complete());
  }

  @Test
  void readsASlotThatJoinsAloneWhileItIsDown() {
    haproxy.cli("set server nodes/slot1 addr 127.0.0.9 port 81");
    haproxy.cli("set server nodes/slot1 state drain");
    haproxy.cli("set server nodes/slot1 health down");
    haproxy.cli("set server nodes/slot1 state ready");
    Slot before = slot1(all());
    HaproxyInput.SlotsRead read = slots(before);
    assertTrue(read.snapshot().covers(SLOT1));
    assertFalse(read.snapshot().complete());
    assertEquals(Slot.Admin.READY, slot1(read).admin());
    assertFalse(slot1(read).running());

    haproxy.cli("set server nodes/slot1 health up");

    assertTrue(slots(before).snapshot().complete());
  }

  @Test
  void readsAllWhereACheckFails() throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      app.healthy(false);
      await().until(() -> counters().snapshot().complete());
      await().until(() -> !slot1(counters()).running());
    }
  }

  @Test
  void readsAllOfAnotherProcess() {
    var _ = all();
    haproxy.restart();
    await().ignoreExceptions().until(() -> counters().snapshot().complete());
    await().until(() -> links().size() >= 3);
    assertInstanceOf(HaproxyInput.Connected.class, links().getFirst());
    assertInstanceOf(HaproxyInput.Disconnected.class, links().get(1));
    var last = assertInstanceOf(HaproxyInput.Connected.class, links().getLast());
    assertEquals(haproxy.pid(), last.info().pid());
  }

  /** What was said of the connection; the balancer's own addresses are read in between. */
  private List<HaproxyInput> links() {
    return inputs.stream()
        .filter(input -> !(input instanceof HaproxyInput.LocalAddressesRead))
        .toList();
  }

  @Test
  void countsTheSessionsOfTheNamedSlotsOnly() {
    haproxy.cli("set table nodes key k1 data.server_id 1");
    haproxy.cli("set table nodes key k2 data.server_id 2");
    haproxy.cli("set table nodes key k3 data.server_id 2");
    var slot2 = new SlotId("nodes", "slot2");
    var gone = new SlotId("nodes", "slot99");
    var untracked = new SlotId("plain", "by-path");
    Map<SlotId, TrackedSessions> sessions =
        read(Scope.ALL, List.of(), Set.of(SLOT1, gone, untracked), Set.of(SLOT1, slot2)).sessions();
    assertEquals(Set.of(SLOT1, slot2, untracked), sessions.keySet());
    assertEquals(1, sessions.get(SLOT1).sessions());
    assertEquals(2, sessions.get(slot2).sessions());
    assertEquals(new TrackedSessions(0, null), sessions.get(untracked));
    assertEquals(Map.of(), all().sessions());
  }

  @Test
  void countsALargeTableSeldom() {
    fill(11_000);
    assertEquals(11_000, leaving());
    haproxy.cli("clear table nodes key k1");
    assertEquals(11_000, leaving(), "counted less than 2 s ago");
    ahead = Duration.ofSeconds(3);
    assertEquals(10_999, leaving());
  }

  @Test
  void saysThatALargeTableIsNotExaminedUnlessTheFileShowsIt() throws Exception {
    try (var app = new AppServer("one")) {
      serve(app);
      fill(11_000);
      for (int i = 0; i < 20; i++) {
        assertEquals("one", get());
      }
      await().until(() -> faults(counters()), List.of(Fault.TABLE_UNEXAMINED)::equals);
      loop.get(client::close);
      var paths =
          new HaproxyClient.Paths(
              haproxy.socket(),
              folder.resolve("haproxy.cfg").toString(),
              folder.resolve("server-state").toString());
      client = client(paths, System.nanoTime());
      assertEquals(List.of(), faults(all()));
      for (int i = 0; i < 20; i++) {
        assertEquals("one", get());
      }
      await().until(() -> nodes(counters()).sessions() == 20);
      assertEquals(List.of(), faults(counters()));
    }
  }

  private static List<Fault> faults(HaproxyInput.SlotsRead read) {
    return read.snapshot().configuration().stream().map(ConfigurationFinding::fault).toList();
  }

  @Test
  void countsViewedSlotsForAHundredthOfTheTime() {
    fill(1000);
    assertEquals(1000, viewed());
    haproxy.cli("clear table nodes key k1");
    assertEquals(1000, viewed());
    ahead = Duration.ofHours(1);
    assertEquals(999, viewed());
  }

  @Test
  void forgetsWhatItCountedInAnotherProcess() {
    stopped = true; // so that no count expires by time
    fill(11_000);
    assertEquals(11_000, leaving());
    haproxy.restart();
    await().ignoreExceptions().until(() -> leaving() == 0);
  }

  @Test
  void sendsStepsAndHandsBackWhatHaproxyAnsweredToEach() {
    var info = all().snapshot().info();
    var steps =
        List.<Step>of(
            new Step.SetWeight(SLOT1, 7), new Step.ToReady(new SlotId("nodes", "slot99")));
    var answered = loop.get(() -> client.send(new Effect.SendSteps(5, steps, info)));
    assertEquals(5, answered.cycle());
    assertEquals(
        List.of(
            new StepResult.Done(),
            new StepResult.Refused(
                "HAProxy refused 'set server nodes/slot99 state ready': No such server.")),
        answered.results());
    assertEquals(7, slot1(all()).weight());
    var none = new Effect.SendSteps(6, List.of(), info);
    assertEquals(new HaproxyInput.StepsAnswered(6, List.of()), loop.get(() -> client.send(none)));
  }

  @Test
  void findsTheServerOfASession() {
    String key = "0123456789ABCDEF0123456789ABCDEF01234567";
    haproxy.cli("set table nodes key " + key + " data.server_id 3");
    assertEquals(3, loop.get(() -> client.server("nodes", key)));
    assertNull(loop.get(() -> client.server("nodes", key.replace('0', '1'))));
  }

  @Test
  void reportsWhyThereIsNoConnection() {
    var _ = all();
    haproxy.kill();
    await().until(() -> inputs.getLast() instanceof HaproxyInput.Disconnected);
    String line = loop.line(() -> client.read(effect(Scope.COUNTERS, Set.of(), Set.of())));
    assertTrue(line.startsWith("admin socket " + haproxy.socket() + ": "), line);
    await().until(() -> inputs.contains(new HaproxyInput.Disconnected(line)));
    loop.get(client::close);
    int before = inputs.size();
    haproxy.start();
    assertNotNull(loop.failure(client::dump));
    assertEquals(before, inputs.size());
  }

  private String get() throws Exception {
    var uri = URI.create("http://127.0.0.1:" + haproxy.httpPort() + "/");
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  /** Until reading the counters is enough. */
  private void serve(AppServer app) {
    haproxy.cli(
        "set server nodes/slot1 addr 127.0.0.1 port %d;set server nodes/slot1 state ready"
            .formatted(app.port()));
    await().until(() -> slot1(all()).check().equals("L7OK") && !counters().snapshot().complete());
  }

  /** So many sessions of the first slot. */
  private void fill(int sessions) {
    // from 3.2 on a line must fit tune.bufsize, 16 kB
    for (int from = 0; from < sessions; from += 250) {
      haproxy.cli(
          IntStream.range(from, from + 250)
              .mapToObj(i -> "set table nodes key k" + i + " data.server_id 1")
              .collect(Collectors.joining(";")));
    }
  }

  private int leaving() {
    return read(Scope.ALL, List.of(), Set.of(SLOT1), Set.of()).sessions().get(SLOT1).sessions();
  }

  private int viewed() {
    return read(Scope.ALL, List.of(), Set.of(), Set.of(SLOT1)).sessions().get(SLOT1).sessions();
  }

  private HaproxyInput.SlotsRead all() {
    return read(Scope.ALL, List.of(), Set.of(), Set.of());
  }

  private HaproxyInput.SlotsRead slots(Slot prepared) {
    return read(Scope.SLOTS, List.of(prepared), Set.of(), Set.of());
  }

  private HaproxyInput.SlotsRead counters() {
    return loop.get(() -> client.read(effect(Scope.COUNTERS, Set.of(), Set.of())));
  }

  private HaproxyInput.SlotsRead read(
      Scope scope, List<Slot> used, Set<SlotId> leaving, Set<SlotId> viewed) {
    return loop.get(() -> client.read(new Effect.ReadSlots(1, scope, used, leaving, viewed)));
  }

  private static Effect.ReadSlots effect(Scope scope, Set<SlotId> leaving, Set<SlotId> viewed) {
    return new Effect.ReadSlots(1, scope, List.of(USED), leaving, viewed);
  }

  private static BackendReport nodes(HaproxyInput.SlotsRead read) {
    return Objects.requireNonNull(read.snapshot().backends().get("nodes"));
  }

  private static Slot slot1(HaproxyInput.SlotsRead read) {
    return Objects.requireNonNull(read.snapshot().pools().get("nodes")).getFirst();
  }

  private static long total(HaproxyInput.SlotsRead read) {
    return Objects.requireNonNull(slot1(read).load()).total();
  }
}
