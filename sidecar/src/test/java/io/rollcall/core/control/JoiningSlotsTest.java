package io.rollcall.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Readiness;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.PlannerInput.TrackedSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read of HAProxy while a member joins: its slot, and nothing else before it serves. */
class JoiningSlotsTest {
  private static final PoolPolicy POOL = ControllerTest.POOL.with(Readiness.http("", "/health"));
  private static final HaproxyInfo INFO = new HaproxyInfo("2.6.12", 7, 100, false, 0, 0);
  private static final Endpoint OLD = Endpoint.of("10.0.0.1", 3000);
  private static final Endpoint NEW = Endpoint.of("10.0.0.2", 3000);
  private static final SlotId FIRST = id(1);
  private static final SlotId SECOND = id(2);

  private final Controller controller =
      new Controller(
          new ControllerSettings(
              List.of(POOL),
              true,
              Duration.ofSeconds(30),
              Duration.ofSeconds(1),
              Duration.ofSeconds(90)));
  private final Map<SlotId, Slot> slots = new TreeMap<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private State state = State.initial(now);
  private List<Effect> effects = List.of();

  private static SlotId id(int number) {
    return new SlotId("nodes", "slot" + number);
  }

  private static Member member(String name, Endpoint at) {
    return new Member(
        name, at.ip(), MemberStatus.ALIVE, Map.of("role", "backend", "boot", "b-" + name));
  }

  private void on(Input input) {
    Reaction reaction = controller.on(state, input, now);
    state = reaction.state();
    effects = reaction.effects();
  }

  private <E extends Effect> List<E> effects(Class<E> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void set(SlotId id, int number, Endpoint at, Slot.Admin admin, boolean up, int requests) {
    var load = new Slot.Load(requests, 0, 0, 0, 0, 0);
    slots.put(id, new Slot(id, number, at, admin, up, 100, up ? "L7OK" : "L4CON", load));
  }

  private void readAll() {
    on(
        new HaproxyInput.SlotsRead(
            state.cycle().number(),
            new Snapshot(true, INFO, Map.of("nodes", List.copyOf(slots.values())), List.of()),
            Map.of()));
  }

  /** The slots that were asked for, which are these. */
  private void readAlone(SlotId... expected) {
    Effect.ReadSlots asked = effects(Effect.ReadSlots.class).getFirst();
    assertEquals(Effect.Scope.SLOTS, asked.scope());
    assertEquals(List.of(expected), asked.slots().stream().map(Slot::id).toList());
    var read = new HashMap<SlotId, Slot>();
    asked.slots().forEach(slot -> read.put(slot.id(), slots.get(slot.id())));
    Snapshot last = Objects.requireNonNull(state.haproxy().snapshot());
    on(new HaproxyInput.SlotsRead(state.cycle().number(), last.reread(INFO, read), Map.of()));
  }

  private void accepted(Step... expected) {
    List<Step> sent = effects(Effect.SendSteps.class).getFirst().steps();
    assertEquals(List.of(expected), sent);
    on(
        new HaproxyInput.StepsAnswered(
            state.cycle().number(),
            sent.stream().<StepResult>map(_ -> new StepResult.Done()).toList()));
  }

  private void named(Member... members) {
    Set<String> names = Set.of(members[0].name());
    on(new MemberInput.MembersChanged(names));
    on(new MemberInput.NamesRead(state.cycle().number(), names, List.of(members)));
  }

  private Effect.Scope scope() {
    return effects(Effect.ReadSlots.class).getFirst().scope();
  }

  /** m1 serves in the first slot, and nothing is left to do. */
  @BeforeEach
  void rest() {
    for (int i = 2; i <= 16; i++) {
      set(id(i), i, null, Slot.Admin.MAINT, false, 0);
    }
    set(FIRST, 1, OLD, Slot.Admin.READY, true, 0);
    var occupants = new TreeMap<SlotId, Occupant>();
    occupants.put(
        FIRST, Occupant.adopted("m1", new ServerSpec(OLD, "b-m1", null, null), now, true));
    PoolState none = PoolState.EMPTY;
    var pool =
        new PoolState(
            occupants,
            none.intents(),
            none.waiting(),
            none.known(),
            none.held(),
            none.released(),
            0,
            0);
    on(
        new Input.StateLoaded(
            SavedState.EMPTY
                .with("nodes", pool)
                .with(new SavedState.ProcessRun(7, now.minusSeconds(100)))));
    on(new HaproxyInput.Connected(INFO));
    on(new MemberInput.AgentConnected());
    while (state.cycle().phase() != Cycle.Phase.IDLE) {
      if (state.cycle().phase() == Cycle.Phase.READING_MEMBERS) {
        on(
            new MemberInput.MembersRead(
                state.cycle().number(), Roster.of(List.of(member("m1", OLD))), "ha", 0));
      } else {
        readAll();
      }
    }
  }

  /** Programmed for m2, and read back. */
  private void program() {
    named(member("m2", NEW));
    readAlone(SECOND);
    assertEquals(
        List.of(new Effect.ProbeReadiness(Map.of(NEW, POOL.readiness()))),
        effects(Effect.ProbeReadiness.class));
    accepted(new Step.ClearSessions(SECOND, 2), new Step.SetAddress(SECOND, NEW));
    set(SECOND, 2, NEW, Slot.Admin.MAINT, false, 0);
    readAlone(SECOND);
  }

  @Test
  void theSlotOfANamedMemberIsReadAloneUntilItsApplicationServes() {
    program();

    assertEquals(List.of(), effects(Effect.ReadSlots.class)); // nothing to do but to wait
    assertEquals(Cycle.Phase.IDLE, state.cycle().phase());

    on(new HaproxyInput.ApplicationAnswered(NEW, true));
    readAlone(SECOND);
    accepted(new Step.Join(SECOND), new Step.HealthUp(SECOND));

    assertEquals(Effect.Scope.ALL, scope());
  }

  @Test
  void anAnswerBeforeTheReadingBackNeedsNoOtherReading() {
    named(member("m2", NEW));
    readAlone(SECOND);
    on(new HaproxyInput.ApplicationAnswered(NEW, true)); // while the steps are under way
    assertEquals(Cycle.Phase.SENDING, state.cycle().phase());
    on(
        new HaproxyInput.StepsAnswered(
            state.cycle().number(), List.of(new StepResult.Done(), new StepResult.Done())));
    set(SECOND, 2, NEW, Slot.Admin.MAINT, false, 0);
    readAlone(SECOND);

    accepted(new Step.Join(SECOND), new Step.HealthUp(SECOND));
  }

  @Test
  void aMemberThatWaitsBehindItsCheckIsSetUpAfterAReadingOfItsSlotAlone() {
    program();
    now = now.plus(ReadinessProbes.PATIENCE);
    on(new Input.Tick());
    readAll();
    accepted(new Step.Join(SECOND));
    set(SECOND, 2, NEW, Slot.Admin.READY, false, 0);
    readAll();
    now = now.plusMillis(500);

    on(new HaproxyInput.ApplicationAnswered(NEW, true));
    readAlone(SECOND);
    accepted(new Step.HealthUp(SECOND));

    assertEquals(Effect.Scope.ALL, scope());
  }

  @Test
  void aWrongGuessCostsACompleteReading() {
    set(SECOND, 2, null, Slot.Admin.MAINT, false, 1); // a request runs there, which nobody read
    named(member("m2", NEW));
    readAlone(SECOND);

    assertEquals(List.of(), effects(Effect.SendSteps.class));
    assertEquals(Effect.Scope.ALL, scope());

    readAll();

    assertEquals(id(3), effects(Effect.SendSteps.class).getFirst().steps().getFirst().slot());
  }

  @Test
  void theUsedSlotsAreReadWithEveryPollAlthoughAJoinGoesOn() {
    now = now.plusMillis(999);
    named(member("m2", NEW));
    Instant read = state.haproxy().lastReadAt();
    readAlone(SECOND);
    assertEquals(read, state.haproxy().lastReadAt());
    now = now.plusMillis(1);
    accepted(new Step.ClearSessions(SECOND, 2), new Step.SetAddress(SECOND, NEW));

    assertEquals(Effect.Scope.ALL, scope());
  }

  @Test
  void whatWasCountedStaysWhileASlotIsReadAlone() {
    on(new OperatorInput.StatusViewed());
    now = now.plusSeconds(1);
    on(new Input.Tick());
    var counted = Map.of(FIRST, new TrackedSessions(3, now));
    on(
        new HaproxyInput.SlotsRead(
            state.cycle().number(),
            new Snapshot(true, INFO, Map.of("nodes", List.copyOf(slots.values())), List.of()),
            counted));
    named(member("m2", NEW));
    assertEquals(Set.of(FIRST), effects(Effect.ReadSlots.class).getFirst().viewed());
    readAlone(SECOND);

    assertEquals(counted, state.haproxy().sessions());
  }

  @Test
  void allIsReadForAMemberInRotation() {
    named(member("m1", OLD));

    assertEquals(Effect.Scope.ALL, scope());
  }

  @Test
  void allIsReadWhereAStrangerIsNamed() {
    named(new Member("m3", NEW.ip(), MemberStatus.ALIVE, Map.of("role", "database")));

    assertEquals(Effect.Scope.ALL, scope());
  }
}
