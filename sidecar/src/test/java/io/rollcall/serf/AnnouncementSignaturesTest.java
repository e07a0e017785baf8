package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.MemberInput.Announced;
import io.rollcall.core.control.MemberInput.AnnouncementMalformed;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnnouncementSignaturesTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_767_225_600_000L);
  private static final String KEY = "0123456789abcdef";

  /**
   * Made by {@code openssl dgst -sha256 -hmac 0123456789abcdef}, which shares no code with this.
   */
  private static final String BY_OPENSSL =
      "033eb571e2f5b0dba7f6a33cdbf1caa20066fa1b5b63f8468b2b115c2d353e9d";

  private final AnnouncementEvent events = events(false);

  private static AnnouncementEvent events(boolean signedOnly) {
    return new AnnouncementEvent(
        new AnnouncementSignatures(new AnnouncementTrust(KEY, signedOnly), () -> NOW));
  }

  private static String signed(String event, String fields, String key) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
    return fields
        + "\t"
        + HexFormat.of().formatHex(mac.doFinal((event + "\t" + fields).getBytes(UTF_8)));
  }

  private static String drainAt(Instant time) throws Exception {
    return signed("rollcall-drain", "s1\tb1\t8000\t" + time.toEpochMilli(), KEY);
  }

  private static @Nullable Object parse(AnnouncementEvent events, String name, String payload) {
    return events.parse(new EventLine.UserEvent(name, 7, payload));
  }

  private static void assertRejected(String why, AnnouncementEvent by, String payload) {
    var malformed =
        assertInstanceOf(AnnouncementMalformed.class, parse(by, "rollcall-drain", payload));
    assertTrue(malformed.line().contains(why), malformed::line);
  }

  @Test
  void acceptsWhatAnotherProgramSigned() {
    String payload = "s1\tb1\t8000\t" + NOW.toEpochMilli() + "\t" + BY_OPENSSL;
    assertTrue(
        assertInstanceOf(Announced.class, parse(events, "rollcall-drain", payload)).signed());
  }

  @Test
  void takesAnUnsignedOneAsAClaimUnlessOnlySignedOnesCount() {
    assertFalse(
        assertInstanceOf(Announced.class, parse(events, "rollcall-ready", "s1\tb1")).signed());
    assertRejected("not signed, and announce.signedOnly is set", events(true), "s1\tb1\t8000");
  }

  @Test
  void rejectsAnotherKeyAnotherEventAndChangedFields() throws Exception {
    String fields = "s1\tb1\t8000\t" + NOW.toEpochMilli();
    assertRejected("invalid", events, signed("rollcall-drain", fields, "another key"));
    assertRejected("invalid", events, signed("rollcall-ready", fields, KEY));
    assertRejected("invalid", events, drainAt(NOW).replace("s1", "s2"));
    assertRejected("invalid", events, drainAt(NOW).replace("8000", "1"));
    assertRejected("invalid", events, fields + "\tx");
    assertRejected("invalid", events, "s1\tb1\t8000\tnow\t" + "0".repeat(64));
  }

  @Test
  void rejectsARecordedOneAfterAMinute() throws Exception {
    assertRejected("signed 61 s ago", events, drainAt(NOW.minusSeconds(61)));
    assertRejected("signed 61 s ahead", events, drainAt(NOW.plusSeconds(61)));
    assertInstanceOf(
        Announced.class, parse(events, "rollcall-drain", drainAt(NOW.minusSeconds(60))));
  }

  @Test
  void receivesEachOnlyOnceAndNoneThatIsOlderThanAnother() throws Exception {
    assertInstanceOf(Announced.class, parse(events, "rollcall-drain", drainAt(NOW)));
    assertNull(parse(events, "rollcall-drain", drainAt(NOW)));
    assertNull(parse(events, "rollcall-drain", drainAt(NOW.minusMillis(1))));
    assertInstanceOf(Announced.class, parse(events, "rollcall-drain", drainAt(NOW.plusMillis(1))));
  }
}
