package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.Lab;
import io.rollcall.testing.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two balancers as a user runs them: {@code ./run.sh --balancers 2}. */
class TwoBalancersEndToEndIT {
  private static final String HA = "127.0.0.1";
  private static final String HA2 = "127.0.0.2";
  private static final Map<String, String> BOTH =
      Map.of("s1", "slot1 serving", "s2", "slot2 serving");

  @TempDir Path folder;

  @Test
  void losesNoRequestThroughEitherWhenABackendStops() throws Exception {
    try (var lab = new Lab(folder)) {
      lab.set("SIDECAR_POOLS_0_SESSIONIDLE", "1s"); // each request of the load is a session
      lab.run("--detach", "--balancers", "2");
      await().until(() -> lab.members(HA).equals(BOTH) && lab.members(HA2).equals(BOTH));
      await().until(() -> agree(lab));
      int port = lab.port("HTTP_PORT");
      try (var one = new Load(HA, port, 100, 5);
          var other = new Load(HA2, port, 100, 5)) {
        await().until(() -> one.answered() > 100 && other.answered() > 100);
        assertTrue(lab.run("stop", "s1").contains("s1 has left"));
        long left = other.answered();
        await().until(() -> other.answered() > left + 50);
        assertEquals(Map.of(), failures(one));
        assertEquals(Map.of(), failures(other));
      }
      for (String address : List.of(HA, HA2)) {
        assertEquals("slot1 parked", lab.members(address).get("s1"));
        assertEquals("drained: announced that it leaves", parked(lab.status(address)));
      }
      await().until(() -> agree(lab));
    }
  }

  private static boolean agree(Lab lab) throws IOException {
    return lab.status(HA).at("/fleet/0/agrees").asBoolean()
        && lab.status(HA2).at("/fleet/0/agrees").asBoolean();
  }

  private static Map<String, Integer> failures(Load load) {
    var failures = new TreeMap<String, Integer>();
    load.end().stream()
        .filter(o -> !o.ok())
        .forEach(o -> failures.merge(o.what(), 1, Integer::sum));
    return failures;
  }

  /** Why s1 was parked first: it waited until this balancer was done, and only then left. */
  private static String parked(JsonNode status) {
    String why = "";
    for (JsonNode event : status.get("events")) {
      if (event.get("kind").asText().equals("parked")) {
        why = event.get("text").asText();
      }
    }
    return why;
  }
}
