package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.Health;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.ModelPool;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is shown of a member: a crash, a planned leave and a value that is unknown differ. */
final class MemberStatesTest {
  private final ModelPool pool = new ModelPool(4);

  @BeforeEach
  void start() {
    pool.join("s1", 1);
    pool.join("s2", 2);
    pool.settle();
  }

  private Status.PoolStatus status() {
    return PoolStatusBuilder.of(pool.view());
  }

  private Status.MemberRow row(String name) {
    return status().members().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void assertShown(MemberState state, @Nullable ReasonCode reason, String name) {
    assertEquals(state, row(name).state());
    assertEquals(reason, row(name).reason());
  }

  private HealthStatus health() {
    return HealthStatus.of(PoolProblems.of(status(), true, pool.view().now()));
  }

  private List<EventKind> events() {
    return pool.notes.stream()
        .filter(note -> "s2".equals(note.member()))
        .map(Event::kind)
        .toList()
        .reversed();
  }

  private void kill(String name) {
    pool.answering.remove(pool.memory.occupants().get(pool.slotOf(name)).endpoint());
    pool.settle();
    pool.gossip(name, MemberStatus.FAILED);
    pool.settle();
  }

  @Test
  void isWellWhileEverybodyServes() {
    assertShown(MemberState.SERVING, null, "s2");
    assertEquals(HealthStatus.OK, health());
  }

  @Test
  void getsNothingInABackupSlotWhileAnotherServes() {
    SlotId slot = pool.slotOf("s2");
    pool.slots.computeIfPresent(slot, (_, found) -> backup(found));
    assertShown(MemberState.DRAINING, null, "s2");
    assertTrue(row("s2").why().startsWith(BackupSlots.WHY), row("s2").why());
    kill("s1");
    assertShown(MemberState.SERVING, null, "s2");
  }

  @Test
  void servesInTheFirstOfTheBackupSlotsOnly() {
    pool.slots.replaceAll((_, found) -> backup(found));
    assertEquals(
        List.of(MemberState.DRAINING, MemberState.SERVING),
        status().members().stream().map(Status.MemberRow::state).sorted().toList().reversed());
  }

  private static Slot backup(Slot slot) {
    return new Slot(
        slot.id(),
        slot.serverId(),
        slot.endpoint(),
        slot.admin(),
        slot.running(),
        slot.weight(),
        slot.check(),
        slot.load(),
        slot.report(),
        new Slot.Configured("slot.invalid", 100, true));
  }

  @Test
  void givesUpAMemberThatDied() {
    kill("s2");
    assertShown(MemberState.FAILED, ReasonCode.MEMBER_FAILED, "s2");
    assertEquals(HealthStatus.WARNING, health());
    assertEquals(List.of(EventKind.FAILED, EventKind.REMOVING), events().subList(0, 2));
  }

  @Test
  void parksAMemberThatLeftAsPlanned() {
    pool.gossip("s2", MemberStatus.LEFT);
    pool.settle();
    pool.wait(Duration.ofSeconds(31));
    assertShown(MemberState.PARKED, null, "s2");
    assertEquals(HealthStatus.OK, health());
    assertEquals(List.of(EventKind.PARKED, EventKind.DRAINING), events().subList(0, 2));
  }

  @Test
  void parksADeadMemberThatAnOperatorTookOut() {
    kill("s2");
    pool.memory =
        pool.memory.withAction(
            new OperatorAction.SetState("nodes", "s2", Intent.Action.DRAIN), pool.view().now());
    pool.settle();
    assertShown(MemberState.PARKED, null, "s2");
  }

  @Test
  void parksADeadMemberThatWasDeclaredToHaveLeft() {
    kill("s2");
    pool.gossip("s2", MemberStatus.LEFT);
    pool.settle();
    assertShown(MemberState.PARKED, null, "s2");
    assertEquals(HealthStatus.OK, health());
  }

  @Test
  void isDownWhileTheCheckFailsOnly() {
    pool.answering.clear();
    pool.check();
    assertShown(MemberState.DOWN, ReasonCode.MEMBER_DOWN, "s2");
    assertEquals(HealthStatus.CRITICAL, health());
  }

  @Test
  void joinsWithoutTroubleForAMinute() {
    pool.gossip("s3", 3, MemberStatus.ALIVE);
    pool.settle();
    assertShown(MemberState.JOINING, null, "s3");
    assertEquals(HealthStatus.OK, health());
    pool.wait(Duration.ofSeconds(60));
    assertShown(MemberState.JOINING, ReasonCode.MEMBER_NOT_READY, "s3");
    assertEquals(HealthStatus.WARNING, health());
  }

  @Test
  void waitsAsLongAsItsApplicationIsStarting() {
    pool.gossip("s3", 3, MemberStatus.ALIVE, "state", "starting");
    pool.settle();
    assertShown(MemberState.WAITING, null, "s3");
    assertEquals(HealthStatus.OK, health());
  }

  @Test
  void keepsInvalidTagsOfAServingMemberInSight() {
    pool.gossip("s2", 2, MemberStatus.ALIVE, "weight", "many");
    pool.settle();
    assertShown(MemberState.SERVING, ReasonCode.MEMBER_REFUSED, "s2");
    assertEquals(
        "s2 serving with an invalid tag",
        PoolProblems.of(status(), true, pool.view().now()).getFirst().title());
  }

  /** Title, detail and command of the worst problem. */
  private String problem(boolean listRead) {
    return problem(listRead, status());
  }

  private String problem(boolean listRead, Status.PoolStatus... pools) {
    StatusProblem worst =
        Problems.of(
                Health.OK, List.of(), List.of(pools), listRead, pool.view().now(), since -> since)
            .getFirst();
    return "%s (%s): %s".formatted(worst.title(), worst.detail(), worst.command());
  }

  @Test
  void askToJoinTheMembersWhileTheOwnAgentListsNoneOfThem() {
    pool.roster = Roster.EMPTY;
    pool.settle();
    String unlisted = "not in the member list of this balancer's Serf agent";
    assertShown(MemberState.SUSPECT, ReasonCode.MEMBER_SUSPECT, "s1");
    assertEquals("s1, s2 suspect (" + unlisted + "): serf join 10.0.0.1", problem(true));
    pool.wait(Duration.ofSeconds(61));
    assertShown(MemberState.DRAINING, ReasonCode.MEMBER_FAILED, "s1");
    assertShown(MemberState.SUSPECT, ReasonCode.REMOVALS_HELD, "s2");
    assertEquals("s2 held in rotation (" + unlisted + "): serf join 10.0.0.2", problem(true));
    assertEquals(
        "s2 held in rotation (" + unlisted + "): rollcall release nodes",
        problem(false),
        "whom it lists is not known: the agent has to be started first");
  }

  @Test
  void askForAMembersOwnAgentWhileThoseOfAnotherPoolAreListed() {
    Status.PoolStatus other = status();
    pool.roster = Roster.EMPTY;
    pool.settle();
    assertEquals(
        "s1, s2 suspect (not in the member list of this balancer's Serf agent): "
            + "ssh 10.0.0.1 systemctl status serf",
        problem(true, status(), other));
  }

  @Test
  void askForAMembersOwnAgentWhileOthersAreListed() {
    pool.roster = pool.roster.without("s1");
    pool.settle();
    assertShown(MemberState.SUSPECT, ReasonCode.MEMBER_SUSPECT, "s1");
    assertEquals(
        "s1 suspect (not in the member list of this balancer's Serf agent): "
            + "ssh 10.0.0.1 systemctl status serf",
        problem(true));
  }

  @Test
  void showsNothingOfHaproxyWhileItIsUnreachable() {
    pool.slots.clear();
    Status.MemberRow row = row("s2");
    assertEquals(MemberState.UNKNOWN, row.state());
    assertNull(row.check());
    assertNull(row.weight());
    assertNull(row.sessions().current());
  }
}
