package io.rollcall.core.plan;

import static io.rollcall.core.plan.ModelPool.at;
import static io.rollcall.core.plan.ModelPool.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.NamePattern;
import io.rollcall.core.model.PoolOptions;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import io.rollcall.core.status.PoolProblems;
import io.rollcall.core.status.PoolStatusBuilder;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.StatusProblem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A backend that has servers of its own, in a configuration that says what slots are to be. */
class BesideOthersTest {
  private final ModelPool pool = new ModelPool(4);

  private SlotId sorry(int host) {
    SlotId id = pool.configure("sorry", null, 1, 0);
    pool.set(id, at(host));
    pool.set(id, Slot.Admin.READY);
    pool.answering.add(at(host));
    return id;
  }

  private void options(PoolOptions options) {
    pool.policy = pool.policy.with(options);
  }

  private Map<String, MemberState> shown() {
    return PoolStatusBuilder.of(pool.view()).members().stream()
        .collect(Collectors.toMap(Status.MemberRow::name, Status.MemberRow::state));
  }

  private boolean touched(SlotId id) {
    return pool.applied.stream().anyMatch(step -> step.slot().equals(id));
  }

  @Nested
  class Servers {
    @Test
    void thatAreNoSlotsAreShownAndNeverChanged() {
      SlotId sorry = sorry(99);
      pool.join("s1", 11);
      pool.settle();
      pool.gossip("s1", MemberStatus.LEFT);
      pool.wait(Duration.ofHours(2));
      pool.set(sorry, Slot.Admin.MAINT);
      pool.settle();
      assertFalse(touched(sorry));
      assertEquals(MemberState.UNMANAGED, shown().get("sorry"));
      assertEquals(4, PoolStatusBuilder.of(pool.view()).slots().total());
      assertEquals(0, pool.memory.driftFound());
    }

    @Test
    void thatServeAMemberKeepItOutOfTheSlots() {
      SlotId web = sorry(11);
      pool.join("s1", 11);
      pool.settle();
      assertEquals(Map.of(), pool.memory.occupants());
      assertEquals(MemberState.UNMANAGED, shown().get("s1"));
      assertEquals(
          "10.0.0.11:3000 is the address of server nodes/sorry in haproxy.cfg, which is not a slot",
          pool.memory.waiting().get("s1").why());

      pool.slots.remove(web);
      pool.settle();
      assertEquals(SlotState.SERVING, pool.state("s1"));
    }

    @Test
    void areNoMembersOfThePool() {
      var _ = sorry(99);
      assertEquals(List.of("no members"), problems());
      pool.join("s1", 11);
      pool.settle();
      assertEquals(List.of(), problems());
      var _ = sorry(12);
      pool.gossip("s1", MemberStatus.LEFT);
      pool.join("s2", 12);
      pool.settle();
      assertEquals(List.of(), problems(), "a server of haproxy.cfg serves s2");
    }

    private List<String> problems() {
      return PoolProblems.of(PoolStatusBuilder.of(pool.view()), true, pool.now).stream()
          .map(StatusProblem::title)
          .toList();
    }

    @Test
    void areSlotsByAPattern() {
      pool.configure("web-1", null, 100, 0);
      options(
          new PoolOptions(
              NamePattern.of("web-[0-9]").orElseThrow(),
              "port",
              List.of(),
              PoolOptions.RoleChange.DRAIN,
              false));
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      assertEquals("web-1", pool.slotOf("s1").server());
      assertEquals("no free slot: all 1 are in use", pool.memory.waiting().get("s2").why());
    }

    @Test
    void doNotGiveTheirNameToAnAddedSlot() {
      pool.policy = ModelPool.growingTo(6);
      pool.grows = true;
      pool.configure("slot5", "db.example.org", 100, 0);
      for (int host = 1; host <= 5; host++) {
        pool.join("m" + host, host);
      }
      pool.settle();
      assertEquals("slot6", pool.slotOf("m5").server());
    }
  }

  @Nested
  class Configured {
    @Test
    void weightAndLimitAreThoseOfAMemberWithoutTags() {
      pool.configure("slot1", "slot.invalid", 20, 5);
      pool.join("s1", 11);
      pool.settle();
      assertEquals(20, pool.slots.get(slot(1)).weight());
      assertEquals(
          List.of(), pool.applied.stream().filter(Step.SetMaxconn.class::isInstance).toList());
      assertEquals(
          List.of(), pool.applied.stream().filter(Step.SetWeight.class::isInstance).toList());
    }

    @Test
    void weightAndLimitComeBackWhenTheTagsGo() {
      pool.configure("slot1", "slot.invalid", 20, 5);
      pool.join("s1", 11);
      pool.settle();
      pool.join("s1", 11, "weight", "50", "maxconn", "9");
      pool.settle();
      assertEquals(50, pool.slots.get(slot(1)).weight());
      assertEquals(9, maxconn());
      assertEquals(5, pool.memory.occupants().get(slot(1)).configuredMaxconn());

      pool.join("s1", 11);
      pool.settle();
      assertEquals(20, pool.slots.get(slot(1)).weight());
      assertEquals(5, maxconn());
      assertNull(pool.memory.occupants().get(slot(1)).configuredMaxconn());
      assertEquals(
          List.of(
              "weight 50, before 20",
              "maxconn 9, before 5",
              "weight 20, before 50, as haproxy.cfg says",
              "maxconn 5, before 9, as haproxy.cfg says"),
          pool.notes.stream()
              .filter(event -> event.kind() == EventKind.LIMITS)
              .map(event -> event.text())
              .toList());
    }

    @Test
    void limitComesBackForTheNextMemberOfTheSlot() {
      pool.configure("slot1", "slot.invalid", 20, 5);
      pool.join("s1", 11, "maxconn", "9");
      pool.settle();
      pool.gossip("s1", MemberStatus.LEFT);
      pool.settle();
      pool.wait(Duration.ofMinutes(1));
      for (int host = 12; host <= 15; host++) {
        pool.join("s" + host, host);
      }
      pool.settle();
      assertEquals("s15", pool.memory.occupants().get(slot(1)).member());
      assertEquals(5, maxconn());
    }

    @Test
    void limitComesBackWhenTheSlotIsGivenUp() {
      pool.configure("slot1", "slot.invalid", 20, 5);
      pool.join("s1", 11, "maxconn", "9");
      pool.settle();
      pool.gossip("s1", MemberStatus.LEFT);
      pool.settle();
      pool.wait(Duration.ofMinutes(1));
      pool.wait(Duration.ofHours(2));
      assertEquals(Map.of(), pool.memory.occupants());
      assertEquals(5, maxconn());
    }

    @Test
    void limitOfANewConfigurationCounts() {
      pool.configure("slot1", "slot.invalid", 20, 5);
      pool.join("s1", 11, "maxconn", "9");
      pool.settle();
      Slot s = pool.slots.get(slot(1));
      pool.slots.put(slot(1), s.with(ModelPool.load(0, 6)));
      pool.restarted = true;
      pool.settle();
      assertEquals(9, maxconn());
      assertEquals(6, pool.memory.occupants().get(slot(1)).configuredMaxconn());
      assertEquals(0, pool.memory.driftFound());
    }

    @Test
    void limitMayBeChangedByHandWithoutATag() {
      pool.join("s1", 11);
      pool.settle();
      pool.slots.put(slot(1), pool.slots.get(slot(1)).with(ModelPool.load(0, 3)));
      pool.settle();
      assertEquals(3, maxconn());
      assertEquals(0, pool.memory.driftFound());
    }

    @Test
    void weightIsRepairedWithoutATag() {
      pool.configure("slot1", "slot.invalid", 20, 0);
      pool.join("s1", 11);
      pool.settle();
      pool.set(slot(1), 30);
      pool.settle();
      assertEquals(20, pool.slots.get(slot(1)).weight());
      assertEquals(1, pool.memory.driftFound());
    }

    private int maxconn() {
      return pool.slots.get(slot(1)).load().maxconn();
    }
  }

  @Nested
  class AFirstStart {
    private void lose() {
      pool.join("s1", 11);
      pool.settle();
      pool.memory = PoolState.EMPTY;
      pool.roster = Roster.EMPTY;
    }

    @Test
    void leavesAServerInRotationWhoseMemberIsNotKnown() {
      lose();
      pool.wait(Duration.ofDays(1));
      assertEquals(Slot.Admin.READY, pool.slots.get(slot(1)).admin());
      assertEquals(Set.of("10.0.0.11:3000"), pool.serving());

      pool.answering.clear();
      pool.settle();
      pool.answering.add(at(11));
      pool.wait(Duration.ofDays(1));
      assertEquals(Slot.Admin.READY, pool.slots.get(slot(1)).admin());
    }

    @Test
    void drainsAServerWhoseMemberLeft() {
      lose();
      pool.join("s2", 12);
      pool.settle();
      pool.gossip("s1", 11, MemberStatus.LEFT);
      pool.settle();
      pool.wait(Duration.ofMinutes(1));
      assertEquals(Set.of("s2"), pool.serving());
      assertEquals(SlotState.PARKED, pool.state("s1"));
    }
  }

  @Nested
  class ATagForThePort {
    @Test
    void isThePools() {
      options(new PoolOptions(null, "admin", List.of(), PoolOptions.RoleChange.DRAIN, false));
      pool.join("s1", 11, "port", "9", "admin", "4000");
      pool.settle();
      assertEquals(4000, pool.memory.occupants().get(slot(1)).endpoint().port());
    }

    @Test
    void doesNotCountWhereAnotherPoolNamesAnotherPortByIt() {
      options(PoolOptions.DEFAULT.with(List.of(Map.of("role", "backend"))));
      pool.join("s1", 11, "port", "4000");
      pool.settle();
      assertEquals(at(11), pool.memory.occupants().get(slot(1)).endpoint());
      assertEquals(
          1, pool.notes.stream().filter(event -> event.text().contains("portTag")).count());
    }
  }

  @Nested
  class ARoleThatMoves {
    @Test
    void endsTheSessionsOfTheMemberThatHadIt() {
      options(new PoolOptions(null, "port", List.of(), PoolOptions.RoleChange.CUT, false));
      pool.join("db1", 11);
      pool.settle();
      pool.running(slot(1), 7);
      pool.gossip("db1", 11, MemberStatus.ALIVE, "role", "replica");
      pool.pass();
      assertEquals(SlotState.PARKED, pool.state("db1"));
      assertTrue(pool.applied.contains(new Step.ShutdownSessions(slot(1))));
      assertEquals(Slot.Admin.MAINT, pool.slots.get(slot(1)).admin());
      assertEquals(
          List.of("ended 7 sessions: its tags no longer match the pool"),
          pool.notes.stream()
              .filter(event -> event.kind() == EventKind.CUT)
              .map(event -> event.text())
              .toList());
      pool.settle();
    }

    @Test
    void drainsItByDefault() {
      pool.join("db1", 11);
      pool.settle();
      pool.running(slot(1), 7);
      pool.gossip("db1", 11, MemberStatus.ALIVE, "role", "replica");
      pool.settle();
      assertEquals(SlotState.DRAINING, pool.state("db1"));
    }
  }

  @Nested
  class PrivateConnectionsOfAClient {
    @Test
    void keepAUsedSlotFromAnotherAddress() {
      ModelPool one = new ModelPool(1);
      one.policy =
          one.policy.with(
              new PoolOptions(null, "port", List.of(), PoolOptions.RoleChange.DRAIN, true));
      one.keepsPrivate = true;
      one.join("s1", 11);
      one.settle();
      one.slots.put(slot(1), one.slots.get(slot(1)).with(new Slot.Load(0, 0, 5, 0, 0, 0)));
      one.gossip("s1", MemberStatus.LEFT);
      one.join("s2", 12);
      one.settle();
      one.wait(Duration.ofMinutes(1));
      one.wait(Duration.ofHours(2));
      assertEquals(SlotState.FREE, one.state("s2"));
      assertTrue(one.memory.waiting().get("s2").why().contains("privateConnections"));

      one.slots.put(slot(1), one.slots.get(slot(1)).with(ModelPool.load(0, 0)));
      one.settle();
      assertEquals(SlotState.SERVING, one.state("s2"));
    }
  }

  @Nested
  class MaintenanceByHand {
    @Test
    void isLiftedByHandAfterEverythingWasKilled() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      PoolState serving = pool.memory;
      pool.set(slot(1), Slot.Admin.MAINT);
      pool.pass();
      // the intent is saved, that it is parked is not; HAProxy started with it in maintenance
      pool.memory =
          new PoolState(
              serving.occupants(),
              pool.memory.intents(),
              serving.waiting(),
              serving.known(),
              serving.held(),
              serving.released(),
              0,
              0);
      pool.set(slot(1), Slot.Admin.MAINT);
      pool.restarted = true;
      pool.settle();
      assertEquals(SlotState.PARKED, pool.state("s1"));

      pool.set(slot(1), Slot.Admin.READY);
      pool.settle();
      assertEquals(Set.of("s1", "s2"), pool.serving());
      assertEquals(Map.of(), pool.memory.intents());
      assertEquals(0, pool.memory.driftFound());
    }

    @Test
    void isLiftedByHandInASlotThatWasGivenUp() {
      pool.join("s1", 11);
      pool.join("s2", 12);
      pool.settle();
      pool.set(slot(1), Slot.Admin.MAINT);
      pool.settle();
      var occupants = new TreeMap<>(pool.memory.occupants());
      occupants.remove(slot(1));
      PoolState m = pool.memory;
      pool.memory =
          new PoolState(
              occupants, m.intents(), m.waiting(), m.known(), m.held(), m.released(), 0, 0);
      pool.set(slot(1), Slot.Admin.READY);
      pool.settle();
      assertEquals(Set.of("s1", "s2"), pool.serving());
      assertEquals(Map.of(), pool.memory.intents());
    }
  }
}
