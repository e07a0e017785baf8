package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.SlotId;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ServerStateFileTest {
  private static final String HEADER =
      """
      1
      # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight \
      srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state \
      srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord\
      """;

  /** HAProxy's dump has more fields than the file. */
  private static final String DUMP =
      HEADER + " srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n";

  private static final String FILE = HEADER + "\n";
  private static final Set<SlotId> SLOTS =
      Set.of(
          new SlotId("nodes", "slot1"),
          new SlotId("nodes", "slot2"),
          new SlotId("nodes", "slot3"),
          new SlotId("other", "slot1"));

  @Test
  void leavesTlsAndPortsOfChecksToTheConfiguration() {
    String dump = DUMP + dumped("slot1", 2, 4) + dumped("slot2", 2, 12) + dumped("slot3", 0, 5);
    assertEquals(
        FILE + row("slot1", 2, 4) + row("slot2", 2, 12) + row("slot3", 0, 5),
        ServerStateFile.next("", dump + "\n", SLOTS));
  }

  @Test
  void writesSlotsThatAreDownOrJoiningAsMaintenance() {
    assertEquals(
        FILE + row("slot1", 2, 4) + row("slot2", 0, 5) + row("slot3", 0, 1),
        ServerStateFile.next(
            "",
            DUMP + dumped("slot1", 2, 4) + dumped("slot2", 0, 4) + dumped("slot3", 0, 0),
            SLOTS));
  }

  /** HAProxy rejects a row with both, or with flags that it sets itself. */
  @Test
  void writesAdminStatesThatHaproxyAccepts() {
    assertEquals(
        FILE + row("slot1", 0, 5) + row("slot2", 2, 12) + row("slot3", 2, 4),
        ServerStateFile.next(
            "",
            DUMP + dumped("slot1", 0, 13) + dumped("slot2", 2, 28) + dumped("slot3", 2, 68),
            SLOTS));
  }

  @Test
  void omitsFreeSlots() {
    String free = dumped("slot2", 0, 5).replace("10.0.0.7", "192.0.2.1");
    assertEquals(
        FILE + row("slot1", 2, 4),
        ServerStateFile.next("", DUMP + dumped("slot1", 2, 4) + free, SLOTS));
  }

  /** Their line has no "disabled": without a row they would be up until their first check. */
  @Test
  void keepsFreeSlotsOutThatTheConfigurationWouldStart() {
    String free = dumped("slot2", 0, 1).replace("10.0.0.7", "192.0.2.1");
    assertEquals(
        FILE + row("slot1", 2, 4) + row("slot2", 0, 1).replace("10.0.0.7", "192.0.2.1"),
        ServerStateFile.next("", DUMP + dumped("slot1", 2, 4) + free, SLOTS));
  }

  @Test
  void omitsServersThatAreNoSlots() {
    String sorry = dumped("sorry", 2, 0);
    String other = dumped("slot9", 2, 0).replace("nodes", "plain");
    assertEquals(
        FILE + row("slot1", 2, 4),
        ServerStateFile.next("", DUMP + dumped("slot1", 2, 4) + sorry + other, SLOTS));
  }

  /** HAProxy would apply the port and the state, but not the address. */
  @Test
  void writesSlotsThatAreConfiguredWithAnAddressAsMaintenance() {
    assertEquals(
        FILE + row("slot1", 0, 5).replace("slot.invalid", "-"),
        ServerStateFile.next("", DUMP + dumped("slot1", 2, 4).replace("slot.invalid", "-"), SLOTS));
  }

  @Test
  void keepsTheLastServingSetWhileNoneServes() {
    String before = FILE + row("slot1", 2, 4) + row("slot2", 0, 5);
    String allDown = DUMP + dumped("slot1", 0, 4) + dumped("slot2", 0, 5);
    String kept = ServerStateFile.next(before, allDown, SLOTS);
    assertEquals(before, kept);
    assertEquals(before, ServerStateFile.next(kept, allDown, SLOTS));

    String back = DUMP + dumped("slot1", 0, 4) + dumped("slot2", 2, 4);
    assertEquals(
        FILE + row("slot1", 0, 5) + row("slot2", 2, 4), ServerStateFile.next(kept, back, SLOTS));
  }

  /** A member that left, or that a person took out, does not come back with HAProxy. */
  @Test
  void keepsNoSlotThatWasTakenOutMeanwhile() {
    String before = FILE + row("slot1", 2, 4) + row("slot2", 2, 4) + row("slot3", 2, 4);
    String now = DUMP + dumped("slot1", 0, 5) + dumped("slot2", 0, 4) + dumped("slot3", 2, 12);
    assertEquals(
        FILE + row("slot1", 0, 5) + row("slot2", 2, 4) + row("slot3", 2, 12),
        ServerStateFile.next(before, now, SLOTS));

    String moved = DUMP + dumped("slot1", 0, 4).replace("10.0.0.7", "10.0.0.8");
    assertEquals(
        FILE + row("slot1", 0, 5).replace("10.0.0.7", "10.0.0.8"),
        ServerStateFile.next(FILE + row("slot1", 2, 4), moved, SLOTS));
  }

  @Test
  void keepsTheLastServingSetWhereHaproxyStartedWithoutIt() {
    String before = FILE + row("slot1", 2, 4);
    String empty = DUMP + dumped("slot1", 0, 5).replace("10.0.0.7", "192.0.2.1");
    assertEquals(before, ServerStateFile.next(before, empty, SLOTS));
  }

  @Test
  void keepsTheLastSetOnlyOfABackendThatLostItsOwn() {
    String before = FILE + row("slot1", 2, 4) + row("slot1", 2, 4).replace("nodes", "other");
    String now = DUMP + dumped("slot1", 0, 4) + dumped("slot1", 0, 12).replace("nodes", "other");
    assertEquals(before, ServerStateFile.next(before, now, SLOTS));

    String othersUp =
        DUMP + dumped("slot1", 0, 4) + dumped("slot1", 2, 4).replace("nodes", "other");
    assertEquals(before, ServerStateFile.next(before, othersUp, SLOTS));
  }

  @Test
  void readsTheLastServingSetFromAFileWithMoreFields() {
    String before = DUMP + dumped("slot1", 2, 4);
    assertEquals(
        FILE + row("slot1", 2, 4).replace(" 0 0 0 0 slot", " 14 0 0 0 slot"),
        ServerStateFile.next(before, DUMP + dumped("slot1", 0, 4), SLOTS));
  }

  @Test
  void treatsMalformedTextAsNone() {
    String down = DUMP + dumped("slot1", 0, 4);
    String expected = FILE + row("slot1", 0, 5);

    assertEquals(expected, ServerStateFile.next("garbage", down, SLOTS));
    assertEquals(expected, ServerStateFile.next("1\n", down, SLOTS));
    assertEquals(
        expected, ServerStateFile.next("1\n# be_name srv_op_state\nnodes 2\n", down, SLOTS));
    assertThrows(
        RuntimeFailure.Unreadable.class,
        () -> ServerStateFile.next("", "Permission denied", SLOTS));
  }

  @Test
  void ignoresTimesAndChecksInAComparison() {
    String now = FILE + row("slot1", 2, 4);
    assertTrue(ServerStateFile.same(now, now.replace(" 77 6 3 4 ", " 78 15 2 3 ")));
    assertFalse(ServerStateFile.same(now, now.replace("10.0.0.7", "10.0.0.8")));
    assertFalse(ServerStateFile.same(now, FILE + row("slot1", 2, 12)));
    assertFalse(ServerStateFile.same(now, FILE + row("slot1", 0, 4)));
    assertFalse(ServerStateFile.same(now, FILE));
    assertFalse(ServerStateFile.same("", now));
    assertTrue(ServerStateFile.same("garbage", "garbage"));
  }

  private static String dumped(String name, int operational, int admin) {
    return "3 nodes 1 %s 10.0.0.7 %d %d 30 20 77 6 3 4 14 0 0 0 slot.invalid 3000 - 1 9090 - - 0\n"
        .formatted(name, operational, admin);
  }

  private static String row(String name, int operational, int admin) {
    return "3 nodes 1 %s 10.0.0.7 %d %d 30 20 77 6 3 4 0 0 0 0 slot.invalid 3000 -\n"
        .formatted(name, operational, admin);
  }
}
