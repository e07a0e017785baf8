package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.status.PoolStatusBuilder;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a pool, once, and one row for each member. */
class EventsTest {
  private final ModelPool pool = new ModelPool(4);

  private void join(String... names) {
    for (String name : names) {
      pool.join(name, 10 + name.charAt(1) - '0');
    }
    pool.settle();
  }

  private void answers(boolean does) {
    if (does) {
      pool.answering.add(at(11));
    } else {
      pool.answering.remove(at(11));
    }
    pool.settle();
    pool.wait(Duration.ofMinutes(1));
  }

  @Test
  void tellsOnceThatTheCheckOfAServingMemberFailsAndThatItPassesAgain() {
    join("s1", "s2");
    pool.notes.clear();
    answers(false);
    answers(true);
    assertEquals(
        List.of(
            new Event(EventKind.DOWN, "s1", slot(1), "check L4CON"),
            new Event(EventKind.UP, "s1", slot(1), "check L7OK")),
        pool.notes);
  }

  @Test
  void saysSinceWhenTheCheckFailsAndSinceWhenItPassesAgain() {
    join("s1", "s2");
    Instant failed = pool.now;
    answers(false);
    Instant down = row("s1").since();
    assertEquals(MemberState.DOWN, row("s1").state());
    assertFalse(down.isBefore(failed));
    Instant passed = pool.now;
    assertTrue(down.isBefore(passed));
    answers(true);
    assertFalse(row("s1").since().isBefore(passed));
    assertEquals("check passes again", row("s1").why());
  }

  private Status.MemberRow row(String name) {
    return PoolStatusBuilder.of(pool.view()).members().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tellsThatNobodyServesAndThatSomebodyDoesAgain() {
    join("s1");
    pool.notes.clear();
    answers(false);
    answers(true);
    assertEquals(
        List.of(EventKind.DOWN, EventKind.POOL_DOWN, EventKind.UP, EventKind.POOL_UP),
        pool.notes.stream().map(Event::kind).toList());
  }

  @Test
  void callsNobodyDownWhomAPersonPutIntoMaintenance() {
    join("s1", "s2");
    pool.notes.clear();
    pool.set(slot(1), Slot.Admin.MAINT);
    pool.settle();
    assertTrue(pool.notes.stream().noneMatch(n -> n.kind() == EventKind.DOWN));
  }

  private List<MemberState> rows(String name) {
    return PoolStatusBuilder.of(pool.view()).members().stream()
        .filter(row -> row.name().equals(name))
        .map(Status.MemberRow::state)
        .toList();
  }

  @Test
  void showsAParkedMemberThatStartsAgainOnce() {
    join("s1", "s2");
    pool.sticky.put(slot(1), new PlannerInput.TrackedSessions(0, null));
    pool.gossip("s1", 11, MemberStatus.ALIVE, "state", "starting");
    pool.pass();
    assertEquals(List.of(MemberState.DRAINING), rows("s1"));
    pool.settle();
    assertEquals(SlotState.PARKED, pool.state("s1"));
    assertEquals(List.of(MemberState.WAITING), rows("s1"));
  }
}
