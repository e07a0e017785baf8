package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.EventKind.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events that belong together, as people look back at them. */
final class IncidentReportTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final List<Status.EventRecord> events = new ArrayList<>();

  private void event(int second, String kind, @Nullable String member, String text) {
    events.add(
        new Status.EventRecord(
            100 + events.size(),
            NOW.plusSeconds(second),
            kind,
            member,
            kind.startsWith("haproxy") || kind.equals("mail") ? null : "nodes",
            null,
            text,
            null));
  }

  private void outage() {
    event(0, "serving", "s1", "check passed");
    event(90, "operator", "s1", "drained by alice");
    event(95, "down", "s2", "L4CON");
    event(96, "pool-down", null, "no member is serving");
    event(97, "mail", null, "sent to ops");
    event(120, "serving", "s1", "returned while draining");
    event(121, "pool-up", null, "a member is serving");
    event(130, "up", "s2", "L7OK");
    event(131, "sessions", "s2", "3 tracked sessions: 2 moved, 1 lost");
  }

  @Test
  void gathersAFailureWithItsCauseItsEffectsAndItsEnd() {
    outage();
    event(1000, "serving", "s3", "check passed");
    var all = IncidentReport.among(events);
    assertEquals(1, all.size());
    IncidentReport incident = all.getFirst();
    assertEquals("s2 down: L4CON", incident.title());
    assertEquals(102, incident.id());
    assertEquals(8, incident.events().size());
    assertEquals(Severity.CRITICAL, incident.worst());
    assertEquals(36, incident.length().toSeconds());
    assertEquals(
        List.of(
            "down: s2",
            "nodes without any member up for 25 s",
            "s2: 3 tracked sessions: 2 moved, 1 lost"),
        incident.effects());
    assertEquals(List.of("s1: drained by alice"), incident.actions());
    assertEquals(1, incident.mails().size());
  }

  @Test
  void endsWhenNothingFailedForFiveMinutes() {
    event(0, "down", "s1", "L4CON");
    event(10, "up", "s1", "L7OK");
    event(309, "down", "s2", "L4CON");
    event(620, "down", "s3", "L4CON");
    var all = IncidentReport.among(events);
    assertEquals(
        List.of("s1 down: L4CON", "s3 down: L4CON"),
        all.stream().map(IncidentReport::title).toList());
    assertEquals(3, all.getFirst().events().size());
  }

  @Test
  void isFoundByEachOfItsEvents() {
    outage();
    assertNull(IncidentReport.with(100, events));
    for (long id = 101; id <= 108; id++) {
      assertEquals(102, Objects.requireNonNull(IncidentReport.with(id, events)).id());
    }
  }

  @Test
  void isNoneWhereMembersComeAndGoAsPlanned() {
    event(0, "joining", "s1", "");
    event(1, "serving", "s1", "");
    event(9, "draining", "s1", "announced that it leaves");
    event(10, "parked", "s1", "drained");
    assertEquals(List.of(), IncidentReport.among(events));
  }

  @Test
  void saysThatItIsNotOver() {
    event(0, "haproxy-down", null, "connection refused");
    assertEquals(
        List.of("haproxy-down, not over in these events"),
        IncidentReport.among(events).getFirst().effects());
  }

  @Test
  void isATextForAPostMortem() {
    outage();
    String text = IncidentReport.among(events).getFirst().text();
    assertTrue(
        text.startsWith(
            """
            Incident 102: s2 down: L4CON
            From 2026-11-22T10:01:35Z to 2026-11-22T10:02:11Z (36 s)

            Effects
              - down: s2
              - nodes without any member up for 25 s
              - s2: 3 tracked sessions: 2 moved, 1 lost

            Actions of people
              - s1: drained by alice

            Mails
              - sent to ops

            Timeline
              2026-11-22T10:01:30Z  s1 operator: drained by alice [nodes]
            """),
        text);
  }
}
