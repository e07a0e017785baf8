package io.rollcall.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.model.ServerReport.CheckResult;
import io.rollcall.testing.GeneratedDocs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ServerStatesTest {
  /** Every form that {@code show stat} prints, 2.6 to 3.5. */
  private static final List<String> SERVING = List.of("UP", "UP 1/2", "no check");

  private static final List<String> NOT_SERVING =
      List.of(
          "DOWN",
          "DOWN 1/2",
          "DOWN (agent)",
          "NOLB",
          "NOLB 2/3",
          "DRAIN",
          "DRAIN 1/3",
          "DRAIN (agent)",
          "MAINT",
          "MAINT (via other/s1)",
          "MAINT (resolution)");

  @Test
  void callsNothingServingThatTakesNoNewSessions() {
    SERVING.forEach(status -> assertEquals(MemberState.SERVING, shown(status, 100), status));
    SERVING.forEach(status -> assertEquals(MemberState.DRAINING, shown(status, 0), status));
    for (String status : NOT_SERVING) {
      assertEquals(
          ServerStates.find(
                  "status", status.replaceAll("\\d/\\d", "n/m").replace("other/s1", "B/S"))
              .shown(),
          shown(status, 100),
          status);
      assertEquals(false, shown(status, 100).serves(), status);
    }
    assertEquals(MemberState.DOWN, shown("SOMETHING NEW", 100));
  }

  @Test
  void saysWhyAServerGetsNoNewSessions() {
    assertNull(ServerStates.why(slot("UP", 100, CheckResult.NONE)));
    assertEquals(
        "check L7STS 404: Not Found",
        ServerStates.why(slot("DOWN", 100, new CheckResult("L7STS", 404, "Not Found"))));
    assertEquals(
        "its agent-check reports it down",
        ServerStates.why(slot("DOWN (agent)", 100, new CheckResult("L7OK", 200, ""))));
    assertEquals(
        "weight 0: it keeps its sessions and gets no new ones",
        ServerStates.why(slot("UP", 0, CheckResult.NONE)));
  }

  @Test
  void hasEachValueOnce() {
    var seen = new HashSet<List<String>>();
    ServerStates.TABLE.forEach(
        row -> assertEquals(true, seen.add(List.of(row.field(), row.value())), row.toString()));
  }

  @Test
  void isTheTableOfTheDocumentation() throws IOException {
    String table =
        ServerStates.TABLE.stream()
            .map(row ->
                "| `%s` | %s | %s | %s | %s |"
                    .formatted(
                        row.field(),
                        row.value().isEmpty() ? "empty" : "`" + row.value() + "`",
                        row.shown() == null
                            ? ""
                            : "`" + row.shown().name().toLowerCase(java.util.Locale.ROOT) + "`",
                        row.words(),
                        row.action()))
            .collect(
                Collectors.joining(
                    "\n",
                    "| field | value | a member in rotation is | in words | done |\n|---|---|---|---|---|\n",
                    ""));
    assertEquals(
        table, GeneratedDocs.block(Path.of("../docs/haproxy-states.md"), "server-states", table));
  }

  private static MemberState shown(String status, int weight) {
    return ServerStates.shown(slot(status, weight, CheckResult.NONE));
  }

  private static Slot slot(String status, int weight, CheckResult check) {
    return new Slot(
        new SlotId("nodes", "slot1"),
        1,
        null,
        Slot.Admin.READY,
        true,
        weight,
        check.status(),
        null,
        new ServerReport(status, 0, 2, 6, 0, check, CheckResult.NONE, false, null));
  }
}
