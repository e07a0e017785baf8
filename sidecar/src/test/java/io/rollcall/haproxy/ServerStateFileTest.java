package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class ServerStateFileTest {
  private static final Set<String> POOLS = Set.of("nodes");
  private static final String HEADER =
      """
      1
      # be_name srv_name srv_addr srv_op_state srv_admin_state srv_time_since_last_change \
      srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state srv_port
      """;

  @Test
  void writesServingAndDrainingSlotsUnchanged() {
    String dump = HEADER + server("slot1", 2, 4) + server("slot2", 2, 12) + server("slot3", 0, 5);

    assertEquals(dump, ServerStateFile.next("", dump + "\n", POOLS));
  }

  @Test
  void writesSlotsThatAreDownOrJoiningAsMaintenance() {
    String up = server("slot1", 2, 4);

    assertEquals(
        HEADER + up + server("slot2", 0, 5) + server("slot3", 0, 1),
        ServerStateFile.next(
            "", HEADER + up + server("slot2", 0, 4) + server("slot3", 0, 0), POOLS));
  }

  @Test
  void omitsFreeSlots() {
    String up = server("slot1", 2, 4);
    String free = up.replace("10.0.0.7", "192.0.2.1").replace("slot1", "slot2");

    assertEquals(HEADER + up, ServerStateFile.next("", HEADER + up + free, POOLS));
  }

  @Test
  void writesOtherBackendsUnchanged() {
    String other = server("slot1", 0, 0).replace("nodes", "other");

    assertEquals(HEADER + other, ServerStateFile.next("", HEADER + other, POOLS));
  }

  @Test
  void keepsTheLastServingSetWhileNoneServes() {
    String before = HEADER + server("slot1", 2, 4) + server("slot2", 0, 5);
    String allDown = HEADER + server("slot1", 0, 4) + server("slot2", 0, 5);

    String kept = ServerStateFile.next(before, allDown, POOLS);

    assertEquals(before, kept);
    assertEquals(before, ServerStateFile.next(kept, allDown, POOLS));
    String back = HEADER + server("slot1", 0, 4) + server("slot2", 2, 4);
    assertEquals(
        HEADER + server("slot1", 0, 5) + server("slot2", 2, 4),
        ServerStateFile.next(kept, back, POOLS));
  }

  @Test
  void keepsTheLastSetOnlyOfABackendThatLostItsOwn() {
    String other = server("slot1", 2, 4).replace("nodes", "other");
    String otherDown = server("slot1", 0, 4).replace("nodes", "other");
    String before = HEADER + server("slot1", 2, 4) + other;
    String now = HEADER + server("slot1", 0, 4) + otherDown;

    assertEquals(
        HEADER + server("slot1", 2, 4) + otherDown, ServerStateFile.next(before, now, POOLS));
  }

  @Test
  void treatsMalformedTextAsNone() {
    String down = HEADER + server("slot1", 0, 4);
    String expected = HEADER + server("slot1", 0, 5);

    assertEquals(expected, ServerStateFile.next("garbage", down, POOLS));
    assertEquals(expected, ServerStateFile.next("1\n", down, POOLS));
    assertEquals(
        expected, ServerStateFile.next("1\n# be_name srv_op_state\nnodes 2\n", down, POOLS));
    assertThrows(
        RuntimeFailure.Unreadable.class,
        () -> ServerStateFile.next("", "Permission denied", POOLS));
  }

  @Test
  void ignoresTimesAndChecksInAComparison() {
    String now = HEADER + server("slot1", 2, 4);

    assertTrue(ServerStateFile.same(now, now.replace(" 77 6 3 4 14 0 ", " 78 15 2 3 15 1 ")));
    assertFalse(ServerStateFile.same(now, now.replace("10.0.0.7", "10.0.0.8")));
    assertFalse(ServerStateFile.same(now, HEADER + server("slot1", 2, 12)));
    assertFalse(ServerStateFile.same(now, HEADER + server("slot1", 0, 4)));
    assertFalse(ServerStateFile.same(now, HEADER));
    assertFalse(ServerStateFile.same("", now));
    assertTrue(ServerStateFile.same("garbage", "garbage"));
  }

  private static String server(String name, int operational, int admin) {
    return "nodes %s 10.0.0.7 %d %d 77 6 3 4 14 0 3000\n".formatted(name, operational, admin);
  }
}
