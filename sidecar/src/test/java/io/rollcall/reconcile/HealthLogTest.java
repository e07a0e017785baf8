package io.rollcall.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.Component;
import io.rollcall.core.control.Health;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class HealthLogTest {
  private static List<String> logged(Health before, Health after) {
    var lines = new ArrayList<String>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(HealthLog.class.getName());
    logger.addHandler(handler);
    try {
      HealthLog.changed(before, after);
    } finally {
      logger.removeHandler(handler);
    }
    return lines;
  }

  private static Health without(Component component, String line) {
    return new Health(Map.of(component, new Health.Outage(line, Instant.EPOCH)));
  }

  @Test
  void logsBeginningChangeAndEndOfWhatIsNoEvent() {
    Health refused = without(Component.PLAN, "HAProxy refused a");
    assertEquals(
        List.of("SEVERE event=degraded component=plan text=\"HAProxy refused a\""),
        logged(Health.OK, refused));
    assertEquals(
        List.of("SEVERE event=degraded component=plan text=\"HAProxy refused b\""),
        logged(refused, without(Component.PLAN, "HAProxy refused b")));
    assertEquals(
        List.of("INFO event=recovered component=plan text=\"HAProxy refused a\""),
        logged(refused, Health.OK));
  }

  @Test
  void logsOfAnEventOnlyWhatChangesMeanwhile() {
    Health slow = without(Component.STATE_FILE, "timed out after 5 s");
    assertEquals(List.of(), logged(Health.OK, slow));
    assertEquals(
        List.of("WARNING event=degraded component=state-file text=\"no space left\""),
        logged(slow, without(Component.STATE_FILE, "no space left")));
    assertEquals(List.of(), logged(slow, Health.OK));
  }

  @Test
  void logsNothingWhereNothingChanged() {
    Health refused = without(Component.PLAN, "HAProxy refused a");
    assertEquals(List.of(), logged(refused, without(Component.PLAN, "HAProxy refused a")));
  }
}
