package io.rollcall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.status.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventLogLineTest {
  private static String line(
      @Nullable String member, @Nullable String slot, String text, @Nullable Long tookMicros) {
    return EventLogLine.of(
            new Status.EventRecord(
                1, Instant.EPOCH, "down", member, "nodes", slot, text, tookMicros, null))
        .toString();
  }

  @Test
  void isLogfmt() {
    assertEquals(
        "event=down pool=nodes member=s2 slot=slot2 text=L4CON",
        line("s2", "slot2", "L4CON", 1_250L));
    assertEquals("event=down pool=nodes text=\"two words\"", line(null, null, "two words", null));
  }

  @Test
  void foreignTextAddsNoPairAndNoLine() {
    assertEquals(
        "event=down pool=nodes member=\"s event=up \\\"\\\\\\nx\\u202e\" text=\"a=b\"",
        line("s event=up \"\\\nx\u202e", null, "a=b", null));
  }

  @Test
  void namesWhatHaproxyWasSent() {
    var event =
        new Status.EventRecord(
            1, Instant.EPOCH, "serving", "s2", "nodes", "slot2", "", 40L, "weight 100, to ready");
    assertEquals(
        "event=serving pool=nodes member=s2 slot=slot2 text=\"\""
            + " effect=\"weight 100, to ready\"",
        EventLogLine.of(event).toString());
  }
}
