package io.rollcall.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.Plan;
import io.rollcall.core.plan.Planner;
import io.rollcall.core.plan.PlannerInput;
import io.rollcall.haproxy.HaproxyClient;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.Figures;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import io.rollcall.testing.SessionApp;
import io.rollcall.testing.TestClient;
import io.rollcall.testing.Visitors;
import io.rollcall.testing.Visitors.Habit;
import io.rollcall.testing.Visitors.Visit;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One slot is handed to and fro between two members while clients on kept connections ask without
 * pause; a third member stays in another slot. The planner plans and HAProxy's admin socket is used
 * as the product does, but without its pauses: a reassignment takes a few milliseconds of checks.
 */
@Tag("image")
class ReassignmentIT {
  private static final int REASSIGNMENTS = Integer.getInteger("rollcall.reassignments", 400);
  private static final String A = "a";
  private static final String B = "b";
  private static final SlotId SHARED = new SlotId("nodes", "slot2");

  private static final PoolPolicy POLICY =
      new PoolPolicy(
          "nodes",
          Map.of(),
          3000,
          // so short that requests run when the drain is cut off
          Duration.ofMillis(5),
          Duration.ZERO,
          Duration.ofSeconds(60),
          0.5,
          0,
          "check");

  /** When a member was out of the shared slot: from the reply to maintenance to the next join. */
  private record Absence(String member, Instant from, Instant to) {
    boolean covers(Visit visit) {
      return visit.from().equals(member)
          && visit.began().isAfter(from)
          && visit.ended().isBefore(to);
    }

    String describes(Visit visit) {
      return "after %d us of %d us, for %d us: %s"
          .formatted(
              micros(from, visit.began()),
              micros(from, to),
              micros(visit.began(), visit.ended()),
              visit);
    }

    private static long micros(Instant begin, Instant end) {
      return Duration.between(begin, end).toNanos() / 1000;
    }

    boolean cuts(Visit visit) {
      return visit.from().equals(member)
          && visit.began().isBefore(from)
          && visit.ended().isAfter(from);
    }
  }

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final EventLoop loop = new EventLoop();
  private final int port = FreePorts.one();
  private final Map<String, Member> members = new HashMap<>();
  private final Map<String, String> cookies = new HashMap<>();
  private final Map<String, Instant> out = new HashMap<>();
  private final List<Absence> absences = new ArrayList<>();
  private String version = "";
  private int sessionsLeft;
  private PoolState memory = PoolState.EMPTY;
  private ProductHaproxy haproxy;
  private HaproxyClient client;

  @BeforeEach
  void start() {
    haproxy =
        new ProductHaproxy(
            folder,
            text -> text.replace("slot 1-64 ", "slot 1-2 ").replace("inter 200ms", "inter 20ms"));
    client =
        loop.call(() ->
            new HaproxyClient(
                loop.vertx(),
                haproxy.socket().toString(),
                List.of("nodes"),
                InstantSource.system(),
                Metrics.NONE,
                _ -> {}));
  }

  @AfterEach
  void end() {
    loop.close();
    haproxy.close();
    vertx.close().await();
  }

  @Test
  void givesTheNextOccupantNoRequestAndNoSessionOfThePreviousOne() throws Exception {
    try (var visitors = new Visitors(haproxy.httpPort())) {
      settle("constant", "127.0.0.23", 16);
      settle(B, "127.0.0.22", 256);
      members.computeIfPresent(B, (_, member) -> member.with(MemberStatus.LEFT));
      settle(A, "127.0.0.21", 256);
      for (String member : List.of(A, B)) {
        var sticky = Map.of(Visitors.STICKY, cookies.get(member));
        var session = Map.of(Visitors.STICKY, cookies.get(member), "NODESESSID", "of-" + member);
        visitors.come(2, Habit.INSISTS, sticky);
        visitors.come(2, Habit.INSISTS, session);
      }
      visitors.come(2, Habit.INSISTS, Map.of());
      visitors.come(1, Habit.KEEPS, Map.of());
      visitors.askWithoutPause();
      var began = Instant.now();
      for (int i = 0; i < REASSIGNMENTS; i++) {
        reassign(i % 2 == 0 ? A : B, i % 2 == 0 ? B : A);
      }
      var took = Duration.between(began, Instant.now());
      judge(visitors.end(), took);
    }
  }

  private void judge(List<Visit> visits, Duration took) {
    Map<String, Long> served =
        visits.stream()
            .collect(Collectors.groupingBy(Visit::from, TreeMap::new, Collectors.counting()));
    List<String> strangers =
        visits.stream()
            .flatMap(v -> absences.stream().filter(a -> a.covers(v)).map(a -> a.describes(v)))
            .toList();
    long handedOver =
        visits.stream()
            .filter(v -> v.ok() && v.given().isEmpty() && !v.sent().equals(cookies.get(v.from())))
            .count();
    long kept = visits.stream().filter(v -> v.sent().equals(cookies.get(v.from()))).count();
    Figures.tell(
        "reassignment",
        List.of(
            "HAProxy                        " + version,
            "reassignments of one slot      " + absences.size() + " in " + took.toMillis() + " ms",
            "requests                       " + visits.size() + ", served by " + served,
            "  of these with their cookie   " + kept,
            "  under way as the slot left   " + count(visits, Absence::cuts),
            "failed                         " + Visitors.failures(visits),
            "served by whom the slot left   " + strangers.size(),
            "with the cookie of another     " + handedOver,
            "tracked sessions handed over   " + sessionsLeft));
    assertEquals(Map.of(), Visitors.failures(visits));
    assertEquals(List.of(), strangers, "served by whom the slot left");
    assertEquals(0, handedOver, "a sticky cookie brought a request to another than its member");
    assertEquals(0, sessionsLeft, "tracked sessions of the previous occupant");
    assertEquals(REASSIGNMENTS, absences.size());
    assertTrue(List.of(A, B).stream().allMatch(m -> served.get(m) > REASSIGNMENTS), "no load");
    assertTrue(kept > REASSIGNMENTS, "no cookie was honoured");
  }

  private long count(List<Visit> visits, BiPredicate<Absence, Visit> of) {
    return visits.stream().filter(v -> absences.stream().anyMatch(a -> of.test(a, v))).count();
  }

  /** A new member with an application of its own takes a slot; its sticky cookie is noted. */
  private void settle(String name, String address, int weight) throws Exception {
    var _ = new SessionApp(vertx, name, address, port, Duration.ofMillis(2));
    members.put(name, member(name, address, weight));
    drive(name);
    cookies.put(name, cookieOf(name));
  }

  private String cookieOf(String name) throws Exception {
    try (var client = new TestClient(haproxy.httpPort())) {
      while (true) {
        var headers = client.get("/").headers();
        if (headers.firstValue(SessionApp.FROM).orElse("").equals(name)) {
          return headers.allValues("set-cookie").stream()
              .filter(cookie -> cookie.startsWith(Visitors.STICKY))
              .map(cookie -> cookie.split("[=;]", 3)[1])
              .findFirst()
              .orElseThrow();
        }
      }
    }
  }

  private void reassign(String goes, String comes) {
    members.computeIfPresent(goes, (_, member) -> member.with(MemberStatus.LEFT));
    members.computeIfPresent(comes, (_, member) -> member.with(MemberStatus.ALIVE));
    drive(comes);
  }

  /** Plans and applies until this member serves. */
  private void drive(String name) {
    while (memory.occupants().values().stream()
        .noneMatch(o -> o.member().equals(name) && o.state() == SlotState.SERVING)) {
      if (pass().settled()) {
        loop.get(() -> loop.vertx().timer(5, TimeUnit.MILLISECONDS));
      }
    }
  }

  private Plan pass() {
    Set<SlotId> draining =
        memory.occupants().entrySet().stream()
            .filter(slot -> slot.getValue().state() == SlotState.DRAINING)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    HaproxyInput.SlotsRead read = read(draining);
    Snapshot seen = read.snapshot();
    version = seen.info().version();
    var slots = new TreeMap<SlotId, Slot>();
    seen.pools().get("nodes").forEach(slot -> slots.put(slot.id(), slot));
    Plan plan =
        Planner.plan(
            PlannerInput.builder(Instant.now(), POLICY)
                .roster(Roster.of(members.values()))
                .servers(slots)
                .sticky(read.sessions())
                .memory(memory)
                .build());
    Occupant before = memory.occupants().get(SHARED);
    if (plan.steps().contains(new Step.Join(SHARED))) {
      String left = "show table nodes data.server_id eq " + slots.get(SHARED).serverId();
      sessionsLeft +=
          (int) haproxy.cli(left).lines().filter(line -> line.contains(" key=")).count();
      Instant from = out.remove(before.member());
      if (from != null) {
        absences.add(new Absence(before.member(), from, Instant.now()));
      }
    }
    List<StepResult> results =
        loop.get(() -> client.send(new Effect.SendSteps(1, plan.steps(), seen.info()))).results();
    assertTrue(results.stream().allMatch(StepResult.Done.class::isInstance), results::toString);
    if (plan.steps().contains(new Step.ToMaint(SHARED))) {
      out.put(before.member(), Instant.now());
    }
    memory = plan.outcome(Map.of()).state();
    return plan;
  }

  private HaproxyInput.SlotsRead read(Set<SlotId> leaving) {
    return loop.get(
        () -> client.read(new Effect.ReadSlots(1, Effect.Scope.ALL, List.of(), leaving, Set.of())));
  }

  private Member member(String name, String address, int weight) {
    var tags = Map.of("port", String.valueOf(port), "weight", String.valueOf(weight));
    return new Member(name, InetAddress.ofLiteral(address), MemberStatus.ALIVE, tags);
  }
}
