package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.DrainOutcomes;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.plan.ModelPool;
import io.rollcall.core.plan.PlannerInput;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The rows of a pool, value by value: name, address, slot, state, since, why; then whether it is
 * held, the intent, the reason of a problem, gossip, check, tags, weight, rate, errors, sessions
 * and the progress of a drain. What is unknown is {@code -}.
 */
final class MemberRowsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ModelPool pool = new ModelPool(4);

  @BeforeEach
  void serve() {
    for (int i = 1; i <= 3; i++) {
      pool.join("s" + i, i);
    }
    pool.settle();
  }

  private void assertRows(String expected) {
    assertRows(expected, PoolStatusBuilder.of(pool.view()));
  }

  private static void assertRows(String expected, Status.PoolStatus status) {
    assertEquals(
        expected, status.members().stream().map(MemberRowsTest::text).reduce("", String::concat));
  }

  private static String text(Status.MemberRow row) {
    Status.SessionCounts counts = row.sessions();
    DrainProgress drain = row.drain();
    return """
    %s %s:%s %s %s %s: %s
      held %s, %s, %s; %s %s %s; %s %s %s %s/%s/%s%s
    """
        .formatted(
            row.name(),
            row.address(),
            row.port(),
            row.slot(),
            row.state(),
            Duration.between(START, row.since()).toSeconds(),
            row.why(),
            row.held(),
            row.intent(),
            row.reason(),
            row.gossip(),
            row.check(),
            new TreeMap<>(row.tags()),
            row.weight(),
            row.requestRate(),
            row.errors(),
            counts.sticky(),
            counts.current(),
            counts.total(),
            drain == null
                ? ""
                : " until %s, %s of %s sessions, %s requests"
                    .formatted(
                        Duration.between(START, drain.deadline()).toSeconds(),
                        drain.sessions(),
                        drain.sessionsAtStart(),
                        drain.requests()))
        .replace("null", "-");
  }

  private void act(OperatorAction action) {
    pool.memory = pool.memory.withAction(action, pool.view().now());
    pool.settle();
  }

  private void oneOfEachState() {
    act(new OperatorAction.SetWeightTo("nodes", "s1", 7));
    pool.running(ModelPool.slot(1), 2);
    pool.wait(Duration.ofSeconds(5));
    pool.running(ModelPool.slot(2), 3);
    pool.gossip("s2", MemberStatus.LEFT);
    pool.settle();
    pool.answering.remove(ModelPool.at(3));
    pool.settle();
  }

  @Test
  void showsWhoServesDrainsAndIsDown() {
    oneOfEachState();
    var four = new PlannerInput.TrackedSessions(4, START);
    assertRows(
        """
        s1 10.0.0.1:3000 slot1 SERVING 0: check passed
          held false, weight 7 (api), -; ALIVE L7OK {boot=s1-1, role=backend}; 7 0 0 -/2/0
        s2 10.0.0.2:3000 slot2 DRAINING 5: left the cluster
          held false, -, -; LEFT L7OK {boot=s2-1, role=backend}; 100 0 0 4/3/0 until 35, 4 of 9 sessions, 3 requests
        s3 10.0.0.3:3000 slot3 DOWN 5: check L4CON; before that: check passed
          held false, -, MEMBER_DOWN; ALIVE L4CON {boot=s3-1, role=backend}; 100 0 0 -/0/0
        """,
        PoolStatusBuilder.of(
            pool.view().toBuilder().sticky(Map.of(ModelPool.slot(2), four)).build(),
            true,
            new DrainOutcomes(Map.of(ModelPool.slot(2), 9))));
  }

  @Test
  void showsNothingThatOnlyAnAbsentSourceTells() {
    oneOfEachState();
    pool.roster = null;
    assertRows(
        """
        s1 10.0.0.1:3000 slot1 SERVING 0: check passed
          held false, weight 7 (api), -; UNKNOWN L7OK {}; 7 0 0 -/2/0
        s2 10.0.0.2:3000 slot2 DRAINING 5: left the cluster
          held false, -, -; UNKNOWN L7OK {}; 100 0 0 -/3/0 until 35, - of - sessions, 3 requests
        s3 10.0.0.3:3000 slot3 DOWN 5: check L4CON; before that: check passed
          held false, -, MEMBER_DOWN; UNKNOWN L4CON {}; 100 0 0 -/0/0
        """);
    pool.slots.clear();
    assertRows(
        """
        s1 10.0.0.1:3000 slot1 UNKNOWN 0: HAProxy could not be read; before that: check passed
          held false, weight 7 (api), -; UNKNOWN - {}; - - - -/-/-
        s2 10.0.0.2:3000 slot2 UNKNOWN 5: HAProxy could not be read; before that: left the cluster
          held false, -, -; UNKNOWN - {}; - - - -/-/-
        s3 10.0.0.3:3000 slot3 UNKNOWN 0: HAProxy could not be read; before that: check passed
          held false, -, -; UNKNOWN - {}; - - - -/-/-
        """);
    assertEquals(new Status.SlotCounts(null, null, 3), PoolStatusBuilder.of(pool.view()).slots());
  }

  @Test
  void showsWhatOperatorsWant() {
    act(new OperatorAction.SetState("nodes", "s1", Intent.Action.MAINT));
    Instant until = START.plusMillis(3_600_500);
    PoolState m = pool.memory;
    var intents = new TreeMap<String, Intent>();
    intents.put("s1", new Intent(Intent.Action.MAINT, 5, "alice", START, "kernel", until));
    intents.put("s2", new Intent(Intent.Action.READY, null, "bob", START));
    pool.memory =
        new PoolState(m.occupants(), intents, m.waiting(), m.known(), m.held(), m.released(), 3, 2);
    assertRows(
        """
        s1 10.0.0.1:3000 slot1 MAINT 0: set to maintenance via API
          held false, maint, weight 5 (alice, until 2026-01-01T01:00:00Z: kernel), -; ALIVE L4CON {boot=s1-1, role=backend}; 100 0 0 -/0/0
        s2 10.0.0.2:3000 slot2 SERVING 0: check passed
          held false, ready (bob), -; ALIVE L7OK {boot=s2-1, role=backend}; 100 0 0 -/0/0
        s3 10.0.0.3:3000 slot3 SERVING 0: check passed
          held false, -, -; ALIVE L7OK {boot=s3-1, role=backend}; 100 0 0 -/0/0
        """);
    assertEquals(new Status.DriftCount(3, 2), PoolStatusBuilder.of(pool.view()).drift());
  }

  @Test
  void showsWhoHasNoSlotAndWhichServersAreNone() {
    withoutSlots();
    Status.PoolStatus status = PoolStatusBuilder.of(pool.view());
    assertRows(
        """
        s1 10.0.0.1:3000 slot1 SERVING 0: check passed
          held false, -, -; ALIVE L7OK {boot=s1-1, role=backend}; 100 0 0 -/0/0
        s2 10.0.0.2:3000 slot2 SERVING 0: check passed
          held false, -, -; ALIVE L7OK {boot=s2-1, role=backend}; 100 0 0 -/0/0
        s3 10.0.0.3:3000 slot3 SERVING 0: check passed
          held false, -, -; ALIVE L7OK {boot=s3-1, role=backend}; 100 0 0 -/0/0
        s4 10.0.0.4:3000 slot4 SERVING 0: check passed
          held false, -, -; ALIVE L7OK {boot=s4-1, role=backend}; 100 0 0 -/0/0
        s5 10.0.0.5:- - WAITING 0: no free slot: all 4 are in use
          held false, -, MEMBER_WAITING; ALIVE - {boot=s5-1, role=backend}; - - - -/-/-
        s6 10.0.0.6:- - WAITING 0: application is starting
          held false, -, -; ALIVE - {boot=s6-1, role=backend, state=starting}; - - - -/-/-
        s7 10.0.0.7:- - REFUSED 0: tag weight: expected a whole number from 0 to 256, got "many"
          held false, -, MEMBER_REFUSED; ALIVE - {boot=s7-1, role=backend, weight=many}; - - - -/-/-
        sorry -:- sorry UNMANAGED 0: server of haproxy.cfg that is not a slot: never changed
          held false, -, -; UNKNOWN - {}; 1 - - -/-/-
        static 10.0.0.9:3000 static UNMANAGED 0: server of haproxy.cfg that is not a slot: never changed
          held false, -, -; UNKNOWN L7OK {}; 11 5 4 -/1/3
        """,
        status);
    assertEquals(new Status.SlotCounts(4, 0, 4), status.slots());
    assertEquals(1, status.others());
    assertEquals(7, PoolStatusBuilder.managed(status).size());
    pool.roster = null;
    assertTrue(
        PoolStatusBuilder.of(pool.view()).members().stream()
            .allMatch(row -> row.gossip() == MemberStatus.UNKNOWN && row.tags().isEmpty()));
  }

  /** Two wait, one has a wrong tag, and there are two servers of haproxy.cfg, one a backup. */
  private void withoutSlots() {
    pool.join("s4", 4);
    pool.join("s5", 5);
    pool.gossip("s6", 6, MemberStatus.ALIVE, "state", "starting");
    pool.gossip("s7", 7, MemberStatus.ALIVE, "weight", "many");
    pool.settle();
    var server = new SlotId("nodes", "static");
    pool.slots.put(
        server,
        new Slot(
            server,
            99,
            ModelPool.at(9),
            Slot.Admin.READY,
            true,
            11,
            "L7OK",
            new Slot.Load(1, 2, 3, 4, 5, 6),
            ServerReport.NONE,
            new Slot.Configured(null, 11)));
    var sorry = new SlotId("nodes", "sorry");
    pool.slots.put(
        sorry,
        new Slot(
            sorry,
            98,
            null,
            Slot.Admin.READY,
            true,
            1,
            "",
            null,
            ServerReport.NONE,
            new Slot.Configured(null, 1, true)));
  }

  @Test
  void showsTroubles() {
    pool.gossip("s1", MemberStatus.FAILED);
    pool.gossip("s2", MemberStatus.FAILED);
    pool.settle();
    pool.answering.remove(ModelPool.at(1));
    pool.running(ModelPool.slot(1), 1);
    pool.settle();
    pool.set(ModelPool.slot(3), Slot.Admin.MAINT);
    assertRows(
        """
        s1 10.0.0.1:3000 slot1 DOWN 0: failed in gossip, check L4CON
          held false, -, MEMBER_DOWN; FAILED L4CON {boot=s1-1, role=backend}; 100 0 0 -/1/0
        s2 10.0.0.2:3000 slot2 SUSPECT 0: failed in gossip
          held false, -, MEMBER_SUSPECT; FAILED L7OK {boot=s2-1, role=backend}; 100 0 0 -/0/0
        s3 10.0.0.3:3000 slot3 MAINT 0: in maintenance; before that: check passed
          held false, -, MEMBER_DOWN; ALIVE L7OK {boot=s3-1, role=backend}; 100 0 0 -/0/0
        """);
    pool.gossip("s8", 8, MemberStatus.ALIVE);
    pool.settle();
    pool.wait(Duration.ofSeconds(61));
    assertRows(
        """
        s1 10.0.0.1:3000 slot1 FAILED 61: drain deadline reached with 1 requests and ? sessions left
          held false, -, MEMBER_FAILED; FAILED L4CON {boot=s1-1, role=backend}; 100 0 0 -/1/0
        s2 10.0.0.2:3000 slot2 SUSPECT 0: failed in gossip
          held true, -, REMOVALS_HELD; FAILED L7OK {boot=s2-1, role=backend}; 100 0 0 -/0/0
        s3 10.0.0.3:3000 slot3 MAINT 0: set to maintenance by hand on the admin socket
          held false, maint (by hand), -; ALIVE L4CON {boot=s3-1, role=backend}; 100 0 0 -/0/0
        s8 10.0.0.8:3000 slot4 JOINING 0: not ready for longer than joinTimeout, waiting for its first passing check; last: check L4CON
          held false, -, MEMBER_NOT_READY; ALIVE L4CON {boot=s8-1, role=backend}; 100 0 0 -/0/0
        """);
  }

  @Test
  void hasMembersWithASlotWithoutOneAndByTheirTagsAlone() {
    pool.join("s4", 4);
    pool.join("s5", 5);
    pool.settle();
    assertTrue(PoolStatusBuilder.has(pool.view(), "s1"), "in a slot");
    assertTrue(PoolStatusBuilder.has(pool.view(), "s5"), "waits");
    assertFalse(PoolStatusBuilder.has(pool.view(), "s9"));
    pool.join("s9", 9);
    assertTrue(PoolStatusBuilder.has(pool.view(), "s9"), "not planned yet");
    pool.gossip("s10", 10, MemberStatus.ALIVE, "role", "other");
    assertFalse(PoolStatusBuilder.has(pool.view(), "s10"));
    pool.roster = null;
    assertFalse(PoolStatusBuilder.has(pool.view(), "s9"));
    act(new OperatorAction.SetState("nodes", "s9", Intent.Action.MAINT));
    assertTrue(PoolStatusBuilder.has(pool.view(), "s9"), "it has an intent");
  }
}
