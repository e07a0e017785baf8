package io.rollcall.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Component;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The controller, one input at a time. */
class ControllerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration RESYNC = Duration.ofSeconds(30);
  static final PoolPolicy POOL =
      new PoolPolicy(
          "nodes",
          Map.of("role", "backend"),
          3000,
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          0.5,
          0,
          "check");
  private static final SlotId SLOT = new SlotId("nodes", "slot1");
  private static final Endpoint AT = Endpoint.of("10.0.0.1", 3000);

  private final Controller controller = controller(true);
  private Instant now = START;
  private State state = State.initial(START);
  private List<Effect> effects = List.of();

  private static Controller controller(boolean listReadable) {
    return new Controller(
        new ControllerSettings(List.of(POOL), listReadable, Duration.ofSeconds(30), POLL, RESYNC));
  }

  private void on(Input input) {
    on(controller, input);
  }

  private void on(Controller by, Input input) {
    Reaction reaction = by.on(state, input, now);
    state = reaction.state();
    effects = reaction.effects();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private long cycle() {
    return state.cycle().number();
  }

  private Cycle.Phase phase() {
    return state.cycle().phase();
  }

  private <E extends Effect> List<E> effects(Class<E> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private List<EventKind> events() {
    return effects(Effect.RecordEvents.class).stream()
        .flatMap(record -> record.events().stream())
        .map(Event::kind)
        .toList();
  }

  private List<String> eventTexts() {
    return effects(Effect.RecordEvents.class).stream()
        .flatMap(record -> record.events().stream())
        .map(Event::text)
        .toList();
  }

  private static HaproxyInfo info(int pid) {
    return new HaproxyInfo("2.6.12", pid, 100, false, 0, 0);
  }

  private static Slot slot(Slot.Admin admin, boolean running) {
    var load = new Slot.Load(0, 0, 0, 0, 0, 0);
    return new Slot(SLOT, 1, AT, admin, running, 100, "L7OK", load);
  }

  private static Slot weighing(int weight) {
    var load = new Slot.Load(0, 0, 0, 0, 0, 0);
    return new Slot(SLOT, 1, AT, Slot.Admin.READY, true, weight, "L7OK", load);
  }

  private static Slot free() {
    return new Slot(
        SLOT, 1, null, Slot.Admin.MAINT, false, 100, "", new Slot.Load(0, 0, 0, 0, 0, 0));
  }

  private static Snapshot snapshot(boolean complete, Slot... slots) {
    var all = new ArrayList<>(List.of(slots));
    for (int i = 2; i <= 16; i++) {
      var id = new SlotId("nodes", "slot" + i);
      all.add(
          new Slot(id, i, null, Slot.Admin.MAINT, false, 100, "", new Slot.Load(0, 0, 0, 0, 0, 0)));
    }
    return new Snapshot(complete, info(7), Map.of("nodes", all), List.of());
  }

  private static Member member(Map<String, String> more) {
    var tags = new TreeMap<>(Map.of("role", "backend", "boot", "b1"));
    tags.putAll(more);
    return new Member("m1", AT.ip(), MemberStatus.ALIVE, tags);
  }

  private static SavedState serving() {
    var occupants = new TreeMap<SlotId, Occupant>();
    occupants.put(SLOT, Occupant.adopted("m1", new ServerSpec(AT, "b1", null, null), START, true));
    return saved(occupants);
  }

  private static SavedState saved(Map<SlotId, Occupant> occupants) {
    PoolState none = PoolState.EMPTY;
    var pool =
        new PoolState(
            new TreeMap<>(occupants),
            none.intents(),
            none.waiting(),
            none.known(),
            none.held(),
            none.released(),
            0,
            0);
    return SavedState.EMPTY
        .with("nodes", pool)
        .with(new SavedState.ProcessRun(7, START.minusSeconds(100)));
  }

  private void readMembers(Member... members) {
    on(new MemberInput.MembersRead(cycle(), Roster.of(List.of(members)), "ha", 0));
  }

  private void readSlots(Slot... slots) {
    on(new HaproxyInput.SlotsRead(cycle(), snapshot(true, slots), Map.of()));
  }

  private void answer(StepResult... results) {
    on(new HaproxyInput.StepsAnswered(cycle(), List.of(results)));
  }

  /** One member serves in the first slot, everything is connected, and nothing is left to do. */
  private void rest() {
    on(new Input.StateLoaded(serving()));
    on(new HaproxyInput.Connected(info(7)));
    on(new MemberInput.AgentConnected());
    settle();
    assertEquals(Cycle.Phase.IDLE, phase());
    assertEquals(NextRun.AT_REST, state.cycle().last());
  }

  private void settle() {
    settle(slot(Slot.Admin.READY, true));
  }

  private void settle(Slot... read) {
    for (int i = 0; i < 10 && phase() != Cycle.Phase.IDLE; i++) {
      switch (phase()) {
        case READING_MEMBERS -> readMembers(member(Map.of()));
        case READING_SLOTS -> readSlots(read);
        case STARTING, IDLE, SENDING -> throw new AssertionError(state.cycle());
      }
    }
  }

  /** The member announces in its tags that it leaves; the steps for that are under way. */
  private void sending() {
    rest();
    on(new MemberInput.ListChanged());
    readMembers(member(Map.of("state", "draining")));
    readSlots(slot(Slot.Admin.READY, true));
    assertEquals(Cycle.Phase.SENDING, phase());
  }

  @Nested
  class Cycles {
    @Test
    void nothingBeginsBeforeTheSavedStateIsLoaded() {
      on(new Input.Tick());
      on(new MemberInput.ListChanged());
      on(new Input.Failed("a defect"));

      assertEquals(Cycle.Phase.STARTING, phase());
      assertEquals(0, cycle());

      on(new Input.StateLoaded(SavedState.EMPTY));

      assertEquals(Cycle.Phase.READING_SLOTS, phase());
      assertEquals(1, cycle());
    }

    /** A free slot is programmed for a member; what was sent is answered. */
    private void prepare() {
      on(new Input.StateLoaded(saved(Map.of())));
      on(new HaproxyInput.Connected(info(7)));
      on(new MemberInput.AgentConnected());
      for (int i = 0; i < 10 && phase() != Cycle.Phase.SENDING; i++) {
        if (phase() == Cycle.Phase.READING_MEMBERS) {
          readMembers(member(Map.of()));
        } else {
          readSlots(free());
        }
      }
      assertEquals(Cycle.Phase.SENDING, phase());
      Effect.SendSteps sent = effects(Effect.SendSteps.class).getFirst();
      answer(sent.steps().stream().map(_ -> new StepResult.Done()).toArray(StepResult[]::new));
    }

    @Test
    void onlyThePreparedSlotIsReadBack() {
      prepare();

      Effect.ReadSlots read = effects(Effect.ReadSlots.class).getFirst();
      assertEquals(Effect.Scope.SLOTS, read.scope());
      assertEquals(List.of(SLOT), read.slots().stream().map(Slot::id).toList());

      Snapshot last = Objects.requireNonNull(state.haproxy().snapshot());
      Slot set = slot(Slot.Admin.MAINT, false);
      var reread =
          new HaproxyInput.SlotsRead(cycle(), last.reread(info(7), Map.of(SLOT, set)), Map.of());
      on(reread);

      Effect.SendSteps sent = effects(Effect.SendSteps.class).getFirst();
      assertEquals(List.of(new Step.Join(SLOT)), sent.steps());

      answer(new StepResult.Done());

      assertEquals(Effect.Scope.ALL, effects(Effect.ReadSlots.class).getFirst().scope());
    }

    @Test
    void nothingIsSentToASlotThatWasNotReadBack() {
      prepare();

      Snapshot last = Objects.requireNonNull(state.haproxy().snapshot());
      on(new HaproxyInput.SlotsRead(cycle(), last.reread(info(7), Map.of()), Map.of()));

      assertEquals(List.of(), effects(Effect.SendSteps.class));
      assertEquals(Effect.Scope.ALL, effects(Effect.ReadSlots.class).getFirst().scope());
    }

    @Test
    void aStaleListIsReadBeforeHaproxy() {
      rest();

      on(new MemberInput.MemberSeen(member(Map.of())));

      assertEquals(List.of(new Effect.ReadMembers(cycle(), Set.of("m1"))), effects);
      assertTrue(state.members().hints().isEmpty(), "a change during the reading must not be lost");

      readMembers(member(Map.of()));

      assertEquals(Cycle.Phase.READING_SLOTS, phase());
      assertEquals(1, effects(Effect.ReadSlots.class).size());
    }

    @Test
    void aChangeDuringTheReadingMakesItReadOnceMore() {
      rest();
      on(new MemberInput.MemberSeen(member(Map.of())));
      on(new MemberInput.MemberSeen(member(Map.of())));
      on(new MemberInput.MemberSeen(member(Map.of())));
      assertEquals(List.of(), effects);
      readMembers(member(Map.of()));
      long first = cycle();

      readSlots(slot(Slot.Admin.READY, true));

      assertEquals(first + 1, cycle());
      assertEquals(Cycle.Phase.READING_MEMBERS, phase());
      settle();
      assertEquals(first + 1, cycle());
    }

    @Test
    void aListThatCannotBeReadIsReadInTheNextCycle() {
      rest();
      on(new MemberInput.ListChanged());

      on(new MemberInput.MembersUnread(cycle(), "timed out after 2 s"));

      assertEquals(Cycle.Phase.READING_SLOTS, phase());
      assertEquals(List.of(EventKind.SERF_DOWN), events());
      readSlots(slot(Slot.Admin.READY, true));
      pass(POLL);
      on(new Input.Tick());
      assertEquals(Cycle.Phase.READING_MEMBERS, phase());
    }

    @Test
    void stepsAreSentAndTheirResultIsReadBack() {
      sending();
      assertEquals(
          List.of(new Step.ToDrain(SLOT)), effects(Effect.SendSteps.class).getFirst().steps());
      long sent = cycle();

      answer(new StepResult.Done());

      assertEquals(sent + 1, cycle());
      assertEquals(Cycle.Phase.READING_SLOTS, phase());
      assertTrue(events().contains(EventKind.DRAINING));
      Occupant o = state.saved().pool("nodes").occupants().get(SLOT);
      assertEquals(SlotState.DRAINING, o.state());
      assertEquals(state.saved(), effects(Effect.Save.class).getFirst().state());
      assertEquals(16, effects(Effect.SaveSlots.class).getFirst().slots().size());
    }

    @Test
    void anEventNamesTheStepsAndHowLongTheyTook() {
      sending();
      pass(Duration.ofMillis(3));

      answer(new StepResult.Done());

      var record =
          effects(Effect.RecordEvents.class).stream()
              .filter(r -> "nodes".equals(r.pool()))
              .findFirst()
              .orElseThrow();
      assertEquals(3_000, record.tookMicros());
      assertEquals(Set.of(SLOT), record.effects().keySet());
    }

    @Test
    void afterAFailureItRetriesAfterOneSecond() {
      rest();
      pass(POLL);
      on(new Input.Tick());

      on(new HaproxyInput.SlotsUnread(cycle(), "no connection"));

      assertEquals(Cycle.Phase.IDLE, phase());
      assertEquals(now.plusSeconds(1), state.cycle().nextAt());
      assertFalse(state.haproxy().reachable());
      assertNull(state.haproxy().slots("nodes"));
      assertEquals(List.of(EventKind.HAPROXY_DOWN), events());
    }

    @Test
    void aRefusedStepLeavesItsSlotAsItWasAndIsSentAgainAfterAPause() {
      sending();
      var before = state.saved().pool("nodes").occupants();

      answer(new StepResult.Refused("set server nodes/slot1: no"));

      assertEquals(before, state.saved().pool("nodes").occupants());
      assertEquals(Cycle.Phase.IDLE, phase());
      assertEquals(now.plusMillis(100), state.cycle().nextAt());
      assertEquals("set server nodes/slot1: no", state.health().line(Component.PLAN));

      pass(Duration.ofMillis(100));
      on(new Input.Tick());
      readSlots(slot(Slot.Admin.READY, true));
      assertEquals(List.of(), effects(Effect.SendSteps.class));

      pass(Duration.ofSeconds(5));
      on(new Input.Tick());
      readSlots(slot(Slot.Admin.READY, true));
      assertEquals(1, effects(Effect.SendSteps.class).size());
      answer(new StepResult.Done());
      assertNull(state.health().line(Component.PLAN));
    }

    @Test
    void stepsWithoutAReplyAreNoManualChange() {
      sending();

      on(new HaproxyInput.StepsUnanswered(cycle(), "timed out after 2 s"));

      assertEquals(Set.of(SLOT), state.haproxy().unconfirmed());
      assertEquals(now.plusSeconds(1), state.cycle().nextAt());
      on(new MemberInput.ListChanged()); // it does not leave after all
      readMembers(member(Map.of()));
      readSlots(slot(Slot.Admin.DRAIN, true));
      assertEquals(Map.of(), state.saved().pool("nodes").intents());
      answer(
          effects(Effect.SendSteps.class).getFirst().steps().stream()
              .map(_ -> (StepResult) new StepResult.Done())
              .toArray(StepResult[]::new));
      assertEquals(Map.of(), state.saved().pool("nodes").intents());
      assertEquals(Set.of(), state.haproxy().unconfirmed());
    }

    @Test
    void aDefectWhileStepsAreSentLeavesTheirOutcomeUnknown() {
      sending();

      on(new Input.Failed("internal error: x"));

      assertEquals(Cycle.Phase.IDLE, phase());
      assertEquals(Set.of(SLOT), state.haproxy().unconfirmed());
      assertEquals("internal error: x", state.health().line(Component.PLAN));
      assertEquals(now.plusSeconds(1), state.cycle().nextAt());
    }

    @Test
    void resultsOfAnotherCycleOrPhaseChangeNothing() {
      sending();
      long other = cycle() - 1;
      for (Input late :
          List.of(
              new MemberInput.MembersRead(cycle(), Roster.EMPTY, "ha", 0),
              new MemberInput.MembersUnread(cycle(), "late"),
              new HaproxyInput.SlotsRead(cycle(), snapshot(true, free()), Map.of()),
              new HaproxyInput.SlotsUnread(cycle(), "late"),
              new HaproxyInput.StepsAnswered(other, List.of(new StepResult.Done())),
              new HaproxyInput.StepsUnanswered(other, "late"))) {
        State before = state;

        on(late);

        assertSame(before, state);
        assertEquals(List.of(), effects);
      }
    }

    @Test
    void aTickBeforeItsTimeChangesNothing() {
      rest();
      State before = state;
      pass(POLL.minusMillis(1));

      on(new Input.Tick());

      assertSame(before, state);
    }
  }

  @Nested
  class AtRest {
    @Test
    void itReportsReadyOnce() {
      on(new Input.StateLoaded(serving()));
      on(new HaproxyInput.Connected(info(7)));
      readSlots(slot(Slot.Admin.READY, true));
      readSlots(slot(Slot.Admin.READY, true));
      assertFalse(state.cycle().converged(), "no list was read");
      on(new MemberInput.AgentConnected());
      readMembers(member(Map.of()));
      readSlots(slot(Slot.Admin.READY, true));
      assertFalse(state.cycle().converged(), "the plan changed something");

      readSlots(slot(Slot.Admin.READY, true));

      assertTrue(state.cycle().converged());
      assertEquals(1, effects(Effect.ReportReady.class).size());
      on(new OperatorInput.ActionRequested(1, new OperatorAction.Resync(), "x"));
      readMembers(member(Map.of()));
      readSlots(slot(Slot.Admin.READY, true));
      assertEquals(List.of(), effects(Effect.ReportReady.class));
    }

    @Test
    void onlyTheCountersOfUsedSlotsAreReadUntilACompleteReadingIsDue() {
      rest();
      Instant complete = now;
      while (now.isBefore(complete.plus(RESYNC).minus(POLL))) {
        assertEquals(now.plus(POLL), state.cycle().nextAt());
        pass(POLL);
        on(new Input.Tick());
        if (phase() == Cycle.Phase.READING_MEMBERS) {
          break;
        }
        var read = effects(Effect.ReadSlots.class).getFirst();
        assertEquals(Effect.Scope.COUNTERS, read.scope());
        assertEquals(List.of(SLOT), read.slots().stream().map(Slot::id).toList());
        on(
            new HaproxyInput.SlotsRead(
                cycle(), snapshot(false, slot(Slot.Admin.READY, true)), Map.of()));
        assertEquals(complete, state.haproxy().lastCompleteReadAt());
        assertEquals(now, state.haproxy().lastReadAt());
      }
      assertEquals(complete.plus(RESYNC).minus(POLL), now);
      pass(POLL);
      on(new Input.Tick());
      assertEquals(Cycle.Phase.READING_MEMBERS, phase(), "the list is due as well");
      readMembers(member(Map.of()));
      assertEquals(Effect.Scope.ALL, effects(Effect.ReadSlots.class).getFirst().scope());
    }

    @Test
    void serversThatAreNotSlotsAreReadWithTheCounters() {
      var sorry =
          new Slot(
              new SlotId("nodes", "sorry"),
              99,
              Endpoint.of("10.0.0.9", 80),
              Slot.Admin.READY,
              true,
              100,
              "L7OK",
              new Slot.Load(0, 0, 0, 0, 0, 0),
              ServerReport.NONE,
              new Slot.Configured(null, 100, true));
      on(new Input.StateLoaded(serving()));
      on(new HaproxyInput.Connected(info(7)));
      on(new MemberInput.AgentConnected());
      settle(slot(Slot.Admin.READY, true), sorry);

      pass(POLL);
      on(new Input.Tick());

      var read = effects(Effect.ReadSlots.class).getFirst();
      assertEquals(Effect.Scope.COUNTERS, read.scope());
      assertEquals(
          List.of("slot1", "sorry"), read.slots().stream().map(s -> s.id().server()).toList());
    }

    @Test
    void noStepIsSentAfterAPartialReading() {
      rest();
      pass(POLL);
      on(new Input.Tick());
      var hurt = weighing(7);

      on(new HaproxyInput.SlotsRead(cycle(), snapshot(false, hurt), Map.of()));

      assertEquals(List.of(), effects(Effect.SendSteps.class));
      assertEquals(Effect.Scope.ALL, effects(Effect.ReadSlots.class).getFirst().scope());
      readSlots(hurt);
      assertEquals(
          List.of(new Step.SetWeight(SLOT, 100)),
          effects(Effect.SendSteps.class).getFirst().steps());
    }

    @Test
    void whileTheStatusIsViewedEverythingIsReadAndSessionsAreCounted() {
      rest();
      long version = state.version();
      on(new OperatorInput.StatusViewed());
      assertEquals(version, state.version());
      pass(POLL);

      on(new Input.Tick());

      var read = effects(Effect.ReadSlots.class).getFirst();
      assertEquals(Effect.Scope.ALL, read.scope());
      assertEquals(Set.of(SLOT), read.viewed());
      readSlots(slot(Slot.Admin.READY, true));
      pass(Duration.ofSeconds(10));
      on(new Input.Tick());
      assertEquals(Set.of(), effects(Effect.ReadSlots.class).getFirst().viewed());
    }

    @Test
    void sessionsOfSlotsThatLeaveAreCounted() {
      sending();

      answer(new StepResult.Done());

      assertEquals(Set.of(SLOT), effects(Effect.ReadSlots.class).getFirst().leaving());
    }

    @Test
    void theSameStateHasTheSameVersion() {
      rest();
      on(new Input.HealthReported(Component.MAIL, "timed out"));
      long version = state.version();

      on(new Input.HealthReported(Component.MAIL, "timed out"));

      assertEquals(version, state.version());
      on(new Input.HealthReported(Component.MAIL, "refused"));
      assertEquals(version + 1, state.version());
    }
  }

  @Nested
  class Announcements {
    private MemberInput.Announced announced(String boot) {
      return new MemberInput.Announced(
          new Announcement.Incarnation("m1", boot),
          Announcement.AnnouncementType.DRAIN,
          Duration.ofSeconds(9),
          false);
    }

    @Test
    void theListIsReadAgainWhileOneIsOpen() {
      rest();
      on(announced("b2"));
      assertEquals(Effect.Scope.ALL, effects(Effect.ReadSlots.class).getFirst().scope());
      readSlots(slot(Slot.Admin.READY, true));
      assertEquals(now.plusMillis(100), state.cycle().nextAt());

      pass(Duration.ofMillis(100));
      on(new Input.Tick());
      assertEquals(Cycle.Phase.READING_SLOTS, phase(), "read 100 ms ago");
      readSlots(slot(Slot.Admin.READY, true));
      pass(Duration.ofMillis(100));
      on(new Input.Tick());
      assertEquals(Cycle.Phase.READING_MEMBERS, phase());
    }

    @Test
    void oneThatIsNotConfirmedIsUndone() {
      rest();
      on(announced("b2"));
      readSlots(slot(Slot.Admin.READY, true));
      pass(Announcement.PROVISIONAL);

      on(new Input.Tick());
      assertEquals(Cycle.Phase.READING_SLOTS, phase());

      assertEquals(List.of(EventKind.IGNORED), events());
      assertEquals(Map.of(), state.members().announcements().byIncarnation());
    }

    @Test
    void aMalformedOneIsRecordedAndNoCause() {
      rest();

      on(new MemberInput.AnnouncementMalformed("no boot"));

      assertEquals(List.of(EventKind.PIPE), events());
      assertEquals(Cycle.Phase.IDLE, phase());
      assertEquals(now, state.members().lastEventAt());
    }
  }

  @Nested
  class Actions {
    private static final OperatorAction DRAIN =
        new OperatorAction.SetState("nodes", "m1", Intent.Action.DRAIN);

    private Map<Long, String> answers() {
      return effects(Effect.Save.class).stream()
          .map(Effect.Save::answers)
          .filter(answers -> !answers.isEmpty())
          .findFirst()
          .orElse(Map.of());
    }

    @Test
    void anActionIsSavedBeforeItIsAnswered() {
      rest();

      on(new OperatorInput.ActionRequested(5, DRAIN, "alice"));

      Effect.Save save = effects(Effect.Save.class).getFirst();
      assertTrue(save.answers().containsKey(5L));
      assertNull(save.answers().get(5L));
      assertEquals(Intent.Action.DRAIN, save.state().pool("nodes").intents().get("m1").action());
      assertEquals(List.of("drained via API from alice"), eventTexts());
      assertEquals(List.of(), state.actions());
    }

    @Test
    void anActionIsSavedWithItsOperatorReasonAndEnd() {
      rest();
      var until = now.plusSeconds(60);
      var drain =
          new OperatorAction.SetState("nodes", "m1", Intent.Action.DRAIN, "kernel update", until);

      on(new OperatorInput.ActionRequested(5, drain, "alice", "10.0.0.7"));

      assertEquals(
          List.of("drained for 1 min by alice via API from 10.0.0.7: kernel update"), eventTexts());
      assertEquals(
          new Intent(Intent.Action.DRAIN, null, "alice", now, "kernel update", until),
          state.saved().pool("nodes").intents().get("m1"));
    }

    @Test
    void anIntentEndsWhenItsTimeIsOverAlsoAfterARestart() {
      var intent =
          new Intent(
              Intent.Action.DRAIN, 50, "alice", START, "kernel update", START.plusSeconds(60));
      SavedState saved = serving();
      now = START.plusSeconds(60);

      on(new Input.StateLoaded(saved.with("nodes", saved.pool("nodes").withIntent("m1", intent))));

      assertEquals(List.of("intent ended: drain by alice: kernel update"), eventTexts());
      assertEquals(
          new Intent(null, 50, "alice", START), state.saved().pool("nodes").intents().get("m1"));
    }

    @Test
    void anActionDuringACycleWaitsForTheNextOne() {
      sending();
      SavedState before = state.saved();
      on(new OperatorInput.ActionRequested(5, DRAIN, "x"));
      assertEquals(List.of(), effects);
      assertEquals(before, state.saved());
      assertEquals(1, state.actions().size());

      answer(new StepResult.Done());

      assertEquals(Set.of(5L), answers().keySet());
      assertEquals(List.of(), state.actions());
    }

    @Test
    void anActionForAnUnknownPoolOrMemberIsRefused() {
      rest();

      on(new OperatorInput.ActionRequested(1, new OperatorAction.ClearIntent("others", "m1"), "x"));
      assertEquals("there is no pool others", answers().get(1L));
      settle();
      on(new OperatorInput.ActionRequested(2, new OperatorAction.ClearIntent("nodes", "m9"), "x"));
      assertEquals("pool nodes has no member m9", answers().get(2L));
      settle();
      on(new OperatorInput.ActionRequested(3, new OperatorAction.ReleaseHold("others"), "x"));
      assertEquals("there is no pool others", answers().get(3L));
    }

    @Test
    void aResyncReadsTheListAndAllSlots() {
      rest();

      on(new OperatorInput.ActionRequested(1, new OperatorAction.Resync(), "x"));

      assertEquals(Cycle.Phase.READING_MEMBERS, phase());
      assertEquals(List.of("resync requested via API from x"), eventTexts());
      readMembers(member(Map.of()));
      assertEquals(Effect.Scope.ALL, effects(Effect.ReadSlots.class).getFirst().scope());
    }

    @Test
    void aReleasedHoldLetsTheHeldMembersGo() {
      rest();

      on(new OperatorInput.ActionRequested(1, new OperatorAction.ReleaseHold("nodes"), "x"));

      assertEquals(List.of("release of the hold requested via API from x"), eventTexts());
      assertTrue(answers().containsKey(1L));
    }
  }

  @Nested
  class Outages {
    @Test
    void anOutageIsAnEventAndSoIsItsEndWithItsLength() {
      rest();
      on(new Input.HealthReported(Component.MEMORY, "the disk is full"));
      assertEquals(List.of(EventKind.DISK_DOWN), events());
      pass(Duration.ofSeconds(85));

      on(new Input.HealthReported(Component.MEMORY, null));

      assertEquals(List.of(EventKind.DISK_UP), events());
      assertEquals(List.of("The saved state recovered after 1 min 25 s"), eventTexts());
    }

    @Test
    void aComponentThatWorksAndIsReportedSoIsNoEvent() {
      rest();
      State before = state;

      on(new Input.HealthReported(Component.MEMORY, null));

      assertSame(before, state);
      assertEquals(List.of(), effects);
    }

    @Test
    void theAgentAndThePipeAreComponents() {
      rest();
      on(new MemberInput.AgentDisconnected("no agent"));
      assertEquals(List.of(EventKind.SERF_DOWN), events());
      on(new MemberInput.PipeFailed("no pipe"));
      assertEquals(List.of(EventKind.PIPE_DOWN), events());
      on(new MemberInput.AgentConnected());
      assertEquals(List.of(EventKind.SERF_UP), events());
      on(new MemberInput.PipeOpened());
      assertEquals(List.of(EventKind.PIPE_UP), events());
      assertEquals(Health.OK, state.health());
    }

    @Test
    void problemsOfTheBackendsAreShownAsLongAsTheyLast() {
      rest();
      pass(POLL);
      on(new Input.Tick());
      var without =
          new Snapshot(true, info(7), Map.of(), List.of("HAProxy has no backend 'nodes'"));

      on(new HaproxyInput.SlotsRead(cycle(), without, Map.of()));

      assertEquals("HAProxy has no backend 'nodes'", state.health().line(Component.POOLS));
      assertEquals(List.of(), events());
      pass(POLL);
      on(new Input.Tick());
      readSlots(slot(Slot.Admin.READY, true));
      assertNull(state.health().line(Component.POOLS));
    }

    @Test
    void aLostConnectionMakesHaproxyUnreachableUntilItIsRead() {
      rest();

      on(new HaproxyInput.Disconnected("no connection"));

      assertFalse(state.haproxy().reachable());
      assertEquals(Effect.Scope.ALL, effects(Effect.ReadSlots.class).getFirst().scope());
      on(new HaproxyInput.SlotsUnread(cycle(), "no connection"));
      on(new HaproxyInput.Connected(info(7)));
      assertEquals(List.of(EventKind.HAPROXY_UP), events());
      readSlots(slot(Slot.Admin.READY, true));
      assertTrue(state.haproxy().reachable());
      assertEquals(0, state.haproxy().restarts());
    }
  }

  @Nested
  class Restarts {
    @Test
    void afterARestartOfHaproxyNoDifferenceIsAManualChange() {
      rest();
      on(new HaproxyInput.Disconnected("lost"));
      on(new HaproxyInput.SlotsUnread(cycle(), "lost"));
      pass(Duration.ofSeconds(200));
      on(new HaproxyInput.Connected(info(8)));
      assertTrue(events().contains(EventKind.HAPROXY_RESTARTED));
      assertEquals(1, state.haproxy().restarts());
      assertEquals(Cycle.Phase.READING_MEMBERS, phase());
      readMembers(member(Map.of()));

      readSlots(slot(Slot.Admin.MAINT, false));

      assertEquals(16, state.haproxy().unconfirmed().size());
      List<Step> steps = effects(Effect.SendSteps.class).getFirst().steps();
      answer(steps.stream().map(_ -> new StepResult.Done()).toArray(StepResult[]::new));
      assertEquals(Map.of(), state.saved().pool("nodes").intents());
      assertEquals(Set.of(), state.haproxy().unconfirmed());
      assertEquals(8, state.saved().haproxy().pid());
    }

    @Test
    void theSamePidMayBeAnotherProcess() {
      rest();
      on(new HaproxyInput.Disconnected("lost"));
      on(new HaproxyInput.SlotsUnread(cycle(), "lost"));
      pass(Duration.ofSeconds(200));
      on(new HaproxyInput.Connected(info(7)));
      assertTrue(
          eventTexts().contains("HAProxy restarted or was suspended (pid 7 as before)"),
          () -> eventTexts().toString());
    }

    @Test
    void aManualChangeOfTheSameProcessIsAnIntent() {
      rest();
      pass(POLL);
      on(new Input.Tick());

      readSlots(slot(Slot.Admin.MAINT, false));

      assertEquals(Intent.BY_HAND, state.saved().pool("nodes").intents().get("m1").by());
    }

    @Test
    void timesInTheFutureCountAsNowWhenTheStateIsLoaded() {
      var occupants = new TreeMap<SlotId, Occupant>();
      Instant later = START.plus(Duration.ofHours(3));
      Occupant drains =
          Occupant.adopted("m1", new ServerSpec(AT, "b1", null, null), later, true)
              .draining(later, "leaves", later.plusSeconds(9), false);
      occupants.put(SLOT, drains);

      on(new Input.StateLoaded(saved(occupants)));

      Occupant loaded = state.saved().pool("nodes").occupants().get(SLOT);
      assertEquals(START, loaded.since());
      assertEquals(START.plusSeconds(9), loaded.deadline());
    }

    @Test
    void timesOfThePastStayAsTheyAre() {
      now = START.plusSeconds(5);

      on(new Input.StateLoaded(serving()));

      assertEquals(serving(), state.saved());
    }
  }

  @Nested
  class Rules {
    @Test
    void oneThatNoMemberFulfilsTakesNobodyOut() {
      on(new Input.StateLoaded(serving()));
      on(new HaproxyInput.Connected(info(7)));
      list(Map.of("role", "bakend"));

      assertEquals(Cycle.Phase.IDLE, phase(), "no steps are sent");
      assertEquals(SlotState.SERVING, occupant().state());
      assertEquals(
          "pool nodes: no member has the tags role=backend (check pools[].match); seen instead:"
              + " role=bakend (1)",
          state.health().line(Component.POOLS));
    }

    @Test
    void onceAMemberFulfilledItMembersThatNoLongerDoAreTakenOut() {
      rest();

      list(Map.of("role", "other"));

      assertEquals(
          List.of(new Step.ToDrain(SLOT)), effects(Effect.SendSteps.class).getFirst().steps());
    }

    private void list(Map<String, String> tags) {
      on(new MemberInput.AgentConnected());
      for (int i = 0;
          i < 10 && phase() != Cycle.Phase.IDLE && phase() != Cycle.Phase.SENDING;
          i++) {
        if (phase() == Cycle.Phase.READING_MEMBERS) {
          readMembers(member(tags));
        } else {
          readSlots(slot(Slot.Admin.READY, true));
        }
      }
    }

    private Occupant occupant() {
      return state.saved().pool("nodes").occupants().get(SLOT);
    }
  }

  @Nested
  class WithoutAList {
    private final Controller pipeOnly = controller(false);

    @Test
    void membersOfTheSavedStateCountUntilALineSaysMore() {
      on(pipeOnly, new Input.StateLoaded(serving()));
      assertEquals(Set.of("m1"), state.members().roster().members().keySet());

      Member other =
          new Member("m2", Endpoint.of("10.0.0.2", 3000).ip(), MemberStatus.ALIVE, Map.of());
      on(pipeOnly, new MemberInput.MemberSeen(other));
      assertEquals(Set.of("m1", "m2"), state.members().roster().members().keySet());
      on(pipeOnly, new MemberInput.MemberForgotten(other));
      assertEquals(Set.of("m1"), state.members().roster().members().keySet());
      assertEquals(Cycle.Phase.READING_SLOTS, phase());
    }

    @Test
    void withNothingSavedAForgottenMemberIsUnknown() {
      on(pipeOnly, new Input.StateLoaded(SavedState.EMPTY));
      assertEquals(Roster.UNREAD, state.members().roster());

      on(pipeOnly, new MemberInput.MemberForgotten(member(Map.of()).with(MemberStatus.UNKNOWN)));

      assertEquals(MemberStatus.UNKNOWN, state.members().roster().get("m1").gossip());
    }

    @Test
    void aLineIsOnlyAHintWhileTheListCanBeRead() {
      rest();

      on(new MemberInput.MemberSeen(member(Map.of("weight", "5"))));

      assertEquals("", state.members().roster().get("m1").tag("weight"));
      on(new MemberInput.AgentDisconnected("lost"));
      on(new MemberInput.MemberSeen(member(Map.of("weight", "5"))));
      assertEquals("5", state.members().roster().get("m1").tag("weight"));
    }
  }

  @Nested
  class Views {
    @Test
    void theViewIsPublishedWhenTheListWasRead() {
      rest();
      String before = state.members().view();
      on(new MemberInput.ListChanged());

      readMembers(member(Map.of("boot", "b2")));

      var published = effects(Effect.PublishView.class).getFirst();
      assertEquals(16, published.view().length());
      assertEquals(published.view(), state.members().view());
      assertNotEquals(before, state.members().view());
      assertEquals("ha", state.members().self());
    }
  }

  @Test
  void readsOnlyTheMembersThatAHintNames() {
    rest();
    on(new MemberInput.MembersChanged(Set.of("m2")));
    assertEquals(List.of(new Effect.ReadMembers(cycle(), Set.of("m2"))), effects);
    var m2 = new Member("m2", AT.ip(), MemberStatus.ALIVE, Map.of());
    on(new MemberInput.NamesRead(cycle(), Set.of("m2"), List.of(m2)));
    assertEquals(Set.of("m1", "m2"), state.members().roster().members().keySet());
    settle();
    on(new MemberInput.MembersChanged(Set.of("m2")));
    on(new MemberInput.NamesRead(cycle(), Set.of("m2"), List.of()));
    assertEquals(Set.of("m1"), state.members().roster().members().keySet());
  }

  @Test
  void readsTheWholeListAfterManyHints() {
    rest();
    on(new MemberInput.ListChanged());
    for (int i = 0; i < 17; i++) {
      on(new MemberInput.MembersChanged(Set.of("m" + i)));
    }
    readMembers(member(Map.of()));
    readSlots(slot(Slot.Admin.READY, true));
    assertEquals(List.of(new Effect.ReadMembers(cycle(), Set.of())), reads());
  }

  private List<Effect> reads() {
    return effects.stream().filter(Effect.ReadMembers.class::isInstance).toList();
  }
}
