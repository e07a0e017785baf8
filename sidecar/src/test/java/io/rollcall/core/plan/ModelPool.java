package io.rollcall.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy, the gossip and a clock as plain values, for the planner alone: steps change the slots as
 * HAProxy does, a check passes where an application answers. Every applied step is held against the
 * rules that must never break.
 */
public final class ModelPool {
  public static final PoolPolicy POLICY = growingTo(0);

  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  PoolPolicy policy = POLICY;
  boolean grows;
  boolean keepsPrivate;
  public @Nullable Roster roster = Roster.EMPTY;
  public PoolState memory = PoolState.EMPTY;
  boolean restarted;
  public final TreeMap<SlotId, Slot> slots = new TreeMap<>();
  final Map<SlotId, PlannerInput.TrackedSessions> sticky = new HashMap<>();
  Announcements claims = Announcements.NONE;
  LocalAddresses local = LocalAddresses.NONE;
  public final Set<Endpoint> answering = new HashSet<>();

  /** Applications that are asked for their readiness and have not answered. */
  final Set<Endpoint> awaited = new HashSet<>();

  final Set<Endpoint> seenToAnswer = new HashSet<>();
  public final List<Event> notes = new ArrayList<>();
  public final List<Step> applied = new ArrayList<>();

  public ModelPool(int size) {
    for (int i = 1; i <= size; i++) {
      var id = new SlotId("nodes", "slot" + i);
      slots.put(id, new Slot(id, i, null, Slot.Admin.MAINT, false, 100, "", load(0, 0)));
    }
  }

  public static PoolPolicy growingTo(int slots) {
    return new PoolPolicy(
        "nodes",
        Map.of("role", "backend"),
        3000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        0.5,
        slots,
        "check");
  }

  public static Slot.Load load(int current, int maxconn) {
    return new Slot.Load(current, 0, 0, 0, 0, maxconn);
  }

  /** A server with these bits of check and agent. */
  public static ServerReport report(int checkState, int agentState) {
    return new ServerReport(
        "",
        0,
        2,
        checkState,
        agentState,
        ServerReport.CheckResult.NONE,
        ServerReport.CheckResult.NONE,
        false,
        null);
  }

  /** Gives every slot a check and an agent in these states. */
  public void report(ServerReport report) {
    slots.replaceAll((_, s) ->
        new Slot(
            s.id(),
            s.serverId(),
            s.endpoint(),
            s.admin(),
            s.running(),
            s.weight(),
            s.check(),
            s.load(),
            report));
  }

  /** What haproxy.cfg says of a server; it is added if there is none of this name. */
  @CanIgnoreReturnValue
  SlotId configure(String name, @Nullable String host, int weight, int maxconn) {
    var id = new SlotId("nodes", name);
    Slot before = slots.get(id);
    int serverId = before == null ? 100 + slots.size() : before.serverId();
    slots.put(
        id,
        new Slot(
            id,
            serverId,
            null,
            Slot.Admin.MAINT,
            false,
            weight,
            "",
            load(0, maxconn),
            ServerReport.NONE,
            new Slot.Configured(host, weight)));
    return id;
  }

  public static SlotId slot(int number) {
    return new SlotId("nodes", "slot" + number);
  }

  public static Endpoint at(int host) {
    return Endpoint.of("10.0.0." + host, 3000);
  }

  /** A backend that answers, alive in gossip; its host number is the last byte of its address. */
  public void join(String name, int host, String... tags) {
    gossip(name, host, MemberStatus.ALIVE, tags);
    answering.add(at(host));
  }

  public void gossip(String name, int host, MemberStatus gossip, String... tags) {
    var all = new HashMap<String, String>();
    all.put("role", "backend");
    all.put("boot", name + "-1");
    for (int i = 0; i < tags.length; i += 2) {
      all.put(tags[i], tags[i + 1]);
    }
    roster = known().with(new Member(name, at(host).ip(), gossip, all));
  }

  public void gossip(String name, MemberStatus gossip) {
    roster = known().with(member(name).with(gossip));
  }

  /** A user event with the words of its payload. */
  public void says(Announcement.AnnouncementType kind, String... words) {
    var incarnation = new Announcement.Incarnation(words[0], words[1]);
    Duration deadline =
        words.length > 2 ? Duration.ofMillis(Long.parseLong(words[2])) : Duration.ZERO;
    var announced = new Announcement(kind, deadline, now, false, false);
    claims = claims.received(incarnation, announced, roster).announcements();
  }

  public Member member(String name) {
    Member member = known().get(name);
    if (member == null) {
      throw new AssertionError("no member " + name);
    }
    return member;
  }

  public Roster known() {
    return roster == null ? Roster.EMPTY : roster;
  }

  public PlannerInput view() {
    return PlannerInput.builder(now, policy)
        .roster(roster)
        .servers(slots)
        .sticky(sticky)
        .claims(claims)
        .restarted(restarted ? slots.keySet() : Set.of())
        .memory(memory)
        .answering(seenToAnswer)
        .awaited(awaited)
        .grows(grows)
        .keepsPrivate(keepsPrivate)
        .local(local)
        .build();
  }

  /** One pass: checks, plan, apply, remember. */
  @CanIgnoreReturnValue
  public Plan pass() {
    check();
    Plan plan = Planner.plan(view());
    plan.steps().forEach(this::apply);
    Plan.Outcome outcome = plan.outcome(Map.of());
    memory = outcome.state();
    restarted = false;
    notes.addAll(outcome.events());
    check();
    invariants();
    return plan;
  }

  /** Passes until nothing is left to do; the clock stands still meanwhile. */
  public void settle() {
    for (int i = 0; i < 20; i++) {
      if (pass().settled()) {
        oneSeatEach();
        return;
      }
    }
    throw new AssertionError("still planning after 20 passes: " + applied);
  }

  public void wait(Duration time) {
    now = now.plus(time);
    settle();
  }

  public void check() {
    slots.replaceAll((_, s) -> {
      boolean checked = s.admin() != Slot.Admin.MAINT;
      boolean up = answering.contains(s.endpoint());
      return checked ? with(s, s.endpoint(), s.admin(), up, s.weight(), s.load()) : s;
    });
  }

  public void set(SlotId id, Slot.Admin admin) {
    Slot s = slots.get(id);
    slots.put(id, with(s, s.endpoint(), admin, s.running(), s.weight(), s.load()));
  }

  public void set(SlotId id, Endpoint endpoint) {
    Slot s = slots.get(id);
    slots.put(id, with(s, endpoint, s.admin(), s.running(), s.weight(), s.load()));
  }

  public void set(SlotId id, int weight) {
    Slot s = slots.get(id);
    slots.put(id, with(s, s.endpoint(), s.admin(), s.running(), weight, s.load()));
  }

  public void running(SlotId id, int requests) {
    Slot s = slots.get(id);
    int maxconn = s.load() == null ? 0 : s.load().maxconn();
    slots.put(
        id, with(s, s.endpoint(), s.admin(), s.running(), s.weight(), load(requests, maxconn)));
  }

  public SlotState state(String name) {
    return memory.occupants().values().stream()
        .filter(o -> o.member().equals(name))
        .map(Occupant::state)
        .findFirst()
        .orElse(SlotState.FREE);
  }

  public SlotId slotOf(String name) {
    return memory.occupants().entrySet().stream()
        .filter(e -> e.getValue().member().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " has no slot"));
  }

  public Set<String> serving() {
    return memory.occupants().entrySet().stream()
        .filter(e -> slots.get(e.getKey()).serving())
        .map(e -> e.getValue().member())
        .collect(Collectors.toSet());
  }

  private static Slot with(
      Slot s,
      @Nullable Endpoint endpoint,
      Slot.Admin admin,
      boolean running,
      int weight,
      Slot.@Nullable Load load) {
    return new Slot(
        s.id(),
        s.serverId(),
        endpoint,
        admin,
        running,
        weight,
        running ? "L7OK" : "L4CON",
        load,
        s.report(),
        s.configured());
  }

  private static Slot withAgent(Slot s, int agentState) {
    return new Slot(
        s.id(),
        s.serverId(),
        s.endpoint(),
        s.admin(),
        s.running(),
        s.weight(),
        s.check(),
        s.load(),
        report(s.report().checkState(), agentState));
  }

  public void apply(Step step) {
    applied.add(step);
    if (step instanceof Step.AddSlot add) {
      slots.put(
          add.slot(),
          new Slot(add.slot(), add.serverId(), null, Slot.Admin.MAINT, false, 1, "", load(0, 0)));
      return;
    }
    if (step instanceof Step.RemoveSlot) {
      slots.remove(step.slot());
      return;
    }
    Slot s = slots.get(step.slot());
    int requests = s.load() == null ? 0 : s.load().current();
    Slot next =
        switch (step) {
          case Step.ToMaint _ ->
              with(s, s.endpoint(), Slot.Admin.MAINT, false, s.weight(), s.load());
          case Step.ToDrain _ ->
              with(s, s.endpoint(), Slot.Admin.DRAIN, s.running(), s.weight(), s.load());
          case Step.ToReady _ ->
              with(s, s.endpoint(), Slot.Admin.READY, s.running(), s.weight(), s.load());
          case Step.Join _ -> with(s, s.endpoint(), Slot.Admin.READY, false, s.weight(), s.load());
          case Step.HealthUp _ -> with(s, s.endpoint(), s.admin(), true, s.weight(), s.load());
          case Step.EnableAgent _ -> withAgent(s, 0x16);
          case Step.DisableAgent _ -> withAgent(s, 0x12);
          case Step.EnableCheck _ ->
              with(s, s.endpoint(), s.admin(), s.running(), s.weight(), s.load());
          case Step.ShutdownSessions _ ->
              with(
                  s,
                  s.endpoint(),
                  s.admin(),
                  s.running(),
                  s.weight(),
                  load(0, s.load() == null ? 0 : s.load().maxconn()));
          case Step.ClearSessions _, Step.AddSlot _, Step.RemoveSlot _ -> s;
          case Step.SetWeight weight ->
              with(s, s.endpoint(), s.admin(), s.running(), weight.weight(), s.load());
          case Step.SetMaxconn max ->
              with(
                  s,
                  s.endpoint(),
                  s.admin(),
                  s.running(),
                  s.weight(),
                  load(requests, max.maxconn()));
          case Step.SetAddress address -> {
            assertEquals(Slot.Admin.MAINT, s.admin(), "an address changed in rotation");
            assertEquals(0, requests, "an address changed while requests run there");
            yield with(s, address.endpoint(), s.admin(), s.running(), s.weight(), s.load());
          }
        };
    slots.put(step.slot(), next);
  }

  /** Only at rest: a member that moves has its old seat until that is given up. */
  private void oneSeatEach() {
    var seated = new HashSet<String>();
    memory.occupants().values().stream()
        .filter(Occupant::isActive)
        .forEach(o -> assertTrue(seated.add(o.member()), "two slots for " + o.member() + this));
  }

  @Override
  public String toString() {
    return "\n"
        + memory.occupants().entrySet().stream()
            .map(e -> e.getValue() + "\n  " + slots.get(e.getKey()))
            .collect(Collectors.joining("\n"))
        + "\nwaiting "
        + memory.waiting()
        + "\nlast notes "
        + notes.subList(Math.max(0, notes.size() - 12), notes.size());
  }

  /** What holds after every pass, whatever happened. */
  public void invariants() {
    var cookies = new HashSet<Endpoint>();
    slots.values().stream()
        .filter(s -> s.admin() != Slot.Admin.MAINT && s.endpoint() != null)
        .forEach(s -> assertTrue(cookies.add(s.endpoint()), "two slots with one address " + s));
  }
}
