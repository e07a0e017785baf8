package io.rollcall.serf;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.Announcement.AnnouncementType;
import io.rollcall.core.model.Announcement.Incarnation;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The user events by which a backend announces its own state: {@code rollcall-ready} with the
 * payload {@code NAME TAB BOOT}, and {@code rollcall-drain} with {@code NAME TAB BOOT TAB
 * MILLISECONDS}.
 */
final class AnnouncementEvent {
  private static final String READY = "rollcall-ready";
  private static final String DRAIN = "rollcall-drain";

  private static final long MAX_DEADLINE_MS = Duration.ofHours(1).toMillis();

  /** At most nine digits, which always fit a long. */
  private static final Pattern MILLISECONDS = Pattern.compile("[0-9]{1,9}");

  /** How much of a payload a message shows, in characters. */
  private static final int SHOWN = 80;

  private AnnouncementEvent() {}

  /** Null for any other user event. A longer deadline than one hour counts as one hour. */
  static @Nullable MemberInput parse(EventLine.UserEvent event) {
    return switch (event.name()) {
      case READY -> ready(event.payload());
      case DRAIN -> drain(event.payload());
      default -> null;
    };
  }

  private static MemberInput ready(String payload) {
    String[] fields = fields(payload);
    return fields.length == 2 && !fields[0].isEmpty()
        ? announced(fields, AnnouncementType.READY, Duration.ZERO)
        : malformed(READY, "NAME TAB BOOT", payload);
  }

  private static MemberInput drain(String payload) {
    String[] fields = fields(payload);
    if (fields.length != 3 || fields[0].isEmpty() || !MILLISECONDS.matcher(fields[2]).matches()) {
      return malformed(DRAIN, "NAME TAB BOOT TAB MILLISECONDS", payload);
    }
    long deadline = Math.min(Long.parseLong(fields[2]), MAX_DEADLINE_MS);
    return announced(fields, AnnouncementType.DRAIN, Duration.ofMillis(deadline));
  }

  private static MemberInput announced(String[] fields, AnnouncementType type, Duration deadline) {
    return new MemberInput.Announced(new Incarnation(fields[0], fields[1]), type, deadline);
  }

  private static MemberInput malformed(String event, String expected, String payload) {
    return new MemberInput.AnnouncementMalformed(
        "user event %s: expected the payload %s, got %s"
            .formatted(event, expected, Sanitizer.quoted(payload, SHOWN)));
  }

  private static String[] fields(String payload) {
    return payload.strip().split("\t", -1);
  }
}
