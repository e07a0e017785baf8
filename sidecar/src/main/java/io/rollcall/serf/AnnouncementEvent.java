package io.rollcall.serf;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.Announcement.AnnouncementType;
import io.rollcall.core.model.Announcement.Incarnation;
import io.rollcall.serf.AnnouncementSignatures.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The user events by which a backend announces its own state: {@code rollcall-ready} with the
 * payload {@code NAME TAB BOOT}, and {@code rollcall-drain} with {@code NAME TAB BOOT TAB
 * MILLISECONDS}. A signed one has two more fields, see {@link AnnouncementSignatures}.
 */
final class AnnouncementEvent {
  private static final String READY = "rollcall-ready";
  private static final String DRAIN = "rollcall-drain";

  /** All of them. */
  static final List<String> NAMES = List.of(READY, DRAIN);

  private static final long MAX_DEADLINE_MS = Duration.ofHours(1).toMillis();

  /** At most nine digits, which always fit a long. */
  private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,9}");

  /** The time and the signature. */
  private static final int SIGNING_FIELDS = 2;

  /** How much of a payload a message shows, in characters. */
  private static final int SHOWN = 80;

  private final AnnouncementSignatures signatures;

  AnnouncementEvent(AnnouncementSignatures signatures) {
    this.signatures = signatures;
  }

  /**
   * Null for any other user event, and for a signed one that was received before. A longer deadline
   * than one hour counts as one hour.
   */
  @Nullable MemberInput parse(EventLine.UserEvent event) {
    return switch (event.name()) {
      case READY -> parse(READY, AnnouncementType.READY, 2, "NAME TAB BOOT", event);
      case DRAIN ->
          parse(DRAIN, AnnouncementType.DRAIN, 3, "NAME TAB BOOT TAB MILLISECONDS", event);
      default -> null;
    };
  }

  private @Nullable MemberInput parse(
      String name, AnnouncementType type, int count, String expected, EventLine.UserEvent event) {
    String payload = event.payload().strip();
    String[] fields = payload.split("\t", -1);
    boolean signed = fields.length == count + SIGNING_FIELDS;
    boolean drain = type == AnnouncementType.DRAIN;
    if ((!signed && fields.length != count)
        || fields[0].isEmpty()
        || (drain && !MILLISECONDS.matcher(fields[2]).matches())) {
      return new MemberInput.AnnouncementMalformed(
          "user event %s: expected the payload %s, got %s"
              .formatted(name, expected, Sanitizer.quoted(event.payload(), SHOWN)));
    }
    Duration deadline =
        drain
            ? Duration.ofMillis(Math.min(Long.parseLong(fields[2]), MAX_DEADLINE_MS))
            : Duration.ZERO;
    var incarnation = new Incarnation(fields[0], fields[1]);
    return switch (signatures.check(name, payload, signed ? fields[count] : null, incarnation)) {
      case Verdict.Unsigned _ -> new MemberInput.Announced(incarnation, type, deadline, false);
      case Verdict.Signed _ -> new MemberInput.Announced(incarnation, type, deadline, true);
      case Verdict.Repeated _ -> null;
      case Verdict.Distrusted(String why) ->
          new MemberInput.AnnouncementMalformed(
              "user event %s of %s ignored: %s"
                  .formatted(name, Sanitizer.quoted(fields[0], SHOWN), why));
    };
  }
}
