package io.rollcall.serf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.control.DrainAnswer;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.control.MemberInput.Announced;
import io.rollcall.core.control.MemberInput.AnnouncementMalformed;
import io.rollcall.core.model.Announcement.AnnouncementType;
import io.rollcall.core.model.Announcement.Incarnation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AnnouncementEventTest {
  @Test
  void readsThatABackendIsReady() {
    var expected =
        new Announced(new Incarnation("s1", "b1"), AnnouncementType.READY, Duration.ZERO, false);
    assertEquals(expected, parse("rollcall-ready", "s1\tb1"));
    assertEquals(expected, parse("rollcall-ready", "s1\tb1\n"));
  }

  @Test
  void readsThatABackendLeavesAndHowLongItWaits() {
    assertEquals(drain(Duration.ofSeconds(8)), parse("rollcall-drain", "s1\tb1\t8000"));
    assertEquals(drain(Duration.ZERO), parse("rollcall-drain", "s1\tb1\t0"));
  }

  @Test
  void boundsADeadlineToOneHour() {
    assertEquals(drain(Duration.ofHours(1)), parse("rollcall-drain", "s1\tb1\t3600000"));
    assertEquals(drain(Duration.ofHours(1)), parse("rollcall-drain", "s1\tb1\t3600001"));
    assertEquals(drain(Duration.ofHours(1)), parse("rollcall-drain", "s1\tb1\t999999999"));
  }

  @Test
  void namesTheExpectedPayloadAndTheOneItGot() {
    for (String payload : List.of("", "s1", "\tb1", "s1\tb1\t1", "s1\tb1\t1\tx\ty")) {
      assertEquals(
          new AnnouncementMalformed(
              "user event rollcall-ready: expected the payload NAME TAB BOOT, got "
                  + Sanitizer.quoted(payload, 80)),
          parse("rollcall-ready", payload));
    }
    for (String payload :
        List.of("s1\tb1", "s1\tb1\t-1", "s1\tb1\t", "s1\tb1\t1000000000", "\tb1\t1", "s1\tb1\t٣")) {
      assertEquals(
          new AnnouncementMalformed(
              "user event rollcall-drain: expected the payload NAME TAB BOOT TAB MILLISECONDS, got "
                  + Sanitizer.quoted(payload, 80)),
          parse("rollcall-drain", payload));
    }
  }

  @Test
  void ignoresOtherUserEvents() {
    assertNull(parse("deploy", "s1\tb1"));
    assertNull(parse("rollcall-drained", "s1\tb1"));
  }

  @Test
  void readsWhichRunOfAMemberAQueryNames() {
    assertEquals(new Incarnation("s1", "b1"), DrainedQuery.incarnation("s1\tb1\n"));
    assertEquals(new Incarnation("s1", ""), DrainedQuery.incarnation("s1"));
    assertEquals(new Incarnation("", ""), DrainedQuery.incarnation(""));
  }

  @Test
  void writesTheAnswerToAQuery() {
    assertEquals("drained", DrainedQuery.text(new DrainAnswer.Drained()));
    assertEquals("draining 3 1", DrainedQuery.text(new DrainAnswer.InUse(3, 1)));
    assertEquals("draining ? 0", DrainedQuery.text(new DrainAnswer.InUse(null, 0)));
    assertEquals("draining 2 ?", DrainedQuery.text(new DrainAnswer.InUse(2, null)));
  }

  private static Announced drain(Duration deadline) {
    return new Announced(new Incarnation("s1", "b1"), AnnouncementType.DRAIN, deadline, false);
  }

  private static @Nullable MemberInput parse(String name, String payload) {
    return parse(AnnouncementTrust.CLAIMS, name, payload);
  }

  private static @Nullable MemberInput parse(AnnouncementTrust trust, String name, String payload) {
    var signatures = new AnnouncementSignatures(trust, InstantSource.system());
    return new AnnouncementEvent(signatures).parse(new EventLine.UserEvent(name, 7, payload));
  }
}
