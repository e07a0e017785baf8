package io.rollcall.http.page;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.EventKind.Severity;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.IncidentReport;
import io.rollcall.core.status.Status;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which events a page shows; part of its address.
 *
 * @param member its whole name, empty for all
 * @param kind its wire name, empty for all
 * @param severity at least this; {@code INFO} for all
 * @param before only events before this id
 */
public record EventQuery(String member, String kind, Severity severity, long before)
    implements Predicate<Status.EventRecord> {
  private static final int MAX_TEXT = 200;

  /** The query in the address of this request; what is invalid is ignored. */
  public static EventQuery of(HttpServerRequest request) {
    String severity = request.getParam("severity", "").toUpperCase(Locale.ROOT);
    String before = request.getParam("before", "");
    return new EventQuery(
        text(request.getParam("member", "")),
        text(request.getParam("kind", "")),
        Stream.of(Severity.values())
            .filter(value -> value.name().equals(severity))
            .findFirst()
            .orElse(Severity.INFO),
        Objects.requireNonNullElse(eventId(before), Long.MAX_VALUE));
  }

  /** The id of an event that a request names, also one that no event has; null for other text. */
  public static @Nullable Long eventId(String text) {
    try {
      return text.matches("[0-9]+") ? Long.valueOf(text) : null;
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static String text(String text) {
    return text.substring(0, Math.min(text.length(), MAX_TEXT));
  }

  @Override
  public boolean test(Status.EventRecord event) {
    return (member.isEmpty() || member.equals(event.member()))
        && (kind.isEmpty() || kind.equals(event.kind()))
        && IncidentReport.severity(event).compareTo(severity) >= 0;
  }

  /** The address of the page with events before this id. */
  String older(long id) {
    var parts = new ArrayList<String>();
    if (!member.isEmpty()) {
      parts.add("member=" + Format.encoded(member));
    }
    if (!kind.isEmpty()) {
      parts.add("kind=" + Format.encoded(kind));
    }
    if (severity != Severity.INFO) {
      parts.add("severity=" + Format.name(severity));
    }
    if (id != Long.MAX_VALUE) {
      parts.add("before=" + id);
    }
    return "/page/events" + (parts.isEmpty() ? "" : "?") + String.join("&", parts);
  }

  /** All kinds, for a list to select from. */
  static List<String> kinds() {
    return Stream.of(EventKind.values()).map(EventKind::wire).sorted().toList();
  }
}
