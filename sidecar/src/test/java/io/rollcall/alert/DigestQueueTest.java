package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.alert.Alert.AlertType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestQueueTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Duration DIGEST = AlertTimings.STANDARD.digestDelay();

  private static Alert alert(int incident, AlertType type) {
    AlertKey key = AlertKey.member("nodes", "s" + incident);
    return new Alert("i" + incident, key, type, "down", "L4CON", NOW, NOW, 1);
  }

  private static DigestQueue.Batch flush(DigestQueue queue, Instant now) {
    return queue.flush(now, AlertTimings.STANDARD);
  }

  @Test
  void waitsForTheDigestDelayAfterTheFirstAlert() {
    Alert first = alert(1, AlertType.FAILED);
    Alert second = alert(2, AlertType.FAILED);
    DigestQueue queue = DigestQueue.EMPTY.with(first, NOW).with(second, NOW.plusSeconds(1));
    assertEquals(NOW, queue.since());
    assertFalse(flush(queue, NOW.plus(DIGEST).minusMillis(1)).due());
    DigestQueue.Batch batch = flush(queue, NOW.plus(DIGEST));
    assertTrue(batch.due());
    assertEquals(List.of(first, second), batch.alerts());
    assertEquals(new DigestQueue(List.of(), null, List.of(NOW.plus(DIGEST)), 0), batch.queue());
  }

  @Test
  void sendsNothingIfNothingWaits() {
    assertEquals(
        new DigestQueue.Batch(DigestQueue.EMPTY, false, List.of()), flush(DigestQueue.EMPTY, NOW));
  }

  @Test
  void countsAnIncidentThatBeganAndEndedWhileItWaited() {
    DigestQueue queue =
        DigestQueue.EMPTY
            .with(alert(1, AlertType.FAILED), NOW)
            .with(alert(1, AlertType.RECOVERED), NOW);
    assertEquals(List.of(), queue.waiting());
    assertNull(queue.since());
    assertEquals(2, queue.withheld());
    DigestQueue.Batch batch = flush(queue, NOW);
    assertTrue(batch.due());
    assertEquals(0, batch.queue().withheld());
  }

  @Test
  void replacesAnAlertThatWaitsByALaterOneOfItsIncident() {
    Alert flapping = alert(1, AlertType.FLAPPING);
    DigestQueue queue = DigestQueue.EMPTY.with(alert(1, AlertType.FAILED), NOW).with(flapping, NOW);
    assertEquals(List.of(flapping), queue.waiting());
    assertEquals(0, queue.withheld());
  }

  @Test
  void forgetsNotificationsAfterAnHour() {
    var queue = new DigestQueue(List.of(), null, List.of(NOW), 0);
    Instant end = NOW.plus(Duration.ofHours(1));
    assertEquals(List.of(NOW), flush(queue, end.minusMillis(1)).queue().sentAt());
    assertEquals(List.of(), flush(queue, end).queue().sentAt());
  }

  @Test
  void keepsTheNewestTwoHundredAlerts() {
    DigestQueue queue = DigestQueue.EMPTY;
    for (int incident = 1; incident <= 200; incident++) {
      queue = queue.with(alert(incident, AlertType.FAILED), NOW);
    }
    assertEquals(0, queue.withheld());
    queue = queue.with(alert(201, AlertType.FAILED), NOW);
    assertEquals(200, queue.waiting().size());
    assertEquals("i2", queue.waiting().getFirst().incidentId());
    assertEquals(1, queue.withheld());
  }
}
