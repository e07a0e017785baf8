package io.rollcall.core.status;

import io.rollcall.core.DurationFormat;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.EventKind.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happened from the first sign of a failure until nothing failed for a while: events that
 * belong together, as people look back at them. Texts are foreign text.
 *
 * @param events oldest first, at least one; those before the first sign are what people did just
 *     before it
 * @param first index of the first sign
 */
public record IncidentReport(List<Status.EventRecord> events, int first) {
  /** Two failures with less than this between them are one incident. */
  static final Duration QUIET = Duration.ofMinutes(5);

  /** What was done so shortly before may be the cause. */
  static final Duration BEFORE = Duration.ofSeconds(30);

  /** What people did, or what begins by their hand. */
  private static final Set<EventKind> ACTIONS =
      Set.of(EventKind.OPERATOR, EventKind.INTENT, EventKind.HAPROXY_RESTARTED);

  public IncidentReport {
    events = List.copyOf(events);
  }

  /** The incidents among these events, oldest first. */
  public static List<IncidentReport> among(List<Status.EventRecord> events) {
    var incidents = new ArrayList<IncidentReport>();
    int next = 0;
    for (int i = 0; i < events.size(); i++) {
      if (i >= next && isSign(events.get(i))) {
        int begin = i;
        while (begin > next && actedBefore(events.get(begin - 1), events.get(i))) {
          begin--;
        }
        next = end(events, i);
        incidents.add(new IncidentReport(events.subList(begin, next), i - begin));
      }
    }
    return incidents;
  }

  /** The incident that this event is part of; null for none. */
  public static @Nullable IncidentReport with(long id, List<Status.EventRecord> events) {
    return among(events).stream()
        .filter(incident -> incident.events().stream().anyMatch(event -> event.id() == id))
        .findFirst()
        .orElse(null);
  }

  private static boolean actedBefore(Status.EventRecord event, Status.EventRecord sign) {
    EventKind kind = EventKind.ofWire(event.kind());
    return kind != null
        && ACTIONS.contains(kind)
        && Duration.between(event.at(), sign.at()).compareTo(BEFORE) <= 0;
  }

  /** The index after the last event of an incident. */
  private static int end(List<Status.EventRecord> events, int first) {
    Status.EventRecord last = events.get(first);
    int end = first + 1;
    for (int i = first + 1; i < events.size(); i++) {
      Status.EventRecord event = events.get(i);
      if (Duration.between(last.at(), event.at()).compareTo(QUIET) > 0) {
        break;
      }
      if (isSign(event) || event.kind().endsWith("up")) {
        last = event;
      }
      end = i + 1;
    }
    return end;
  }

  private static boolean isSign(Status.EventRecord event) {
    return severity(event) != Severity.INFO;
  }

  /** The severity of an event; {@code INFO} for a kind that this version does not know. */
  public static Severity severity(Status.EventRecord event) {
    EventKind kind = EventKind.ofWire(event.kind());
    return kind == null ? Severity.INFO : kind.severity();
  }

  /** The id of its first sign: names it in links. */
  public long id() {
    return cause().id();
  }

  /** The first sign of it. */
  public Status.EventRecord cause() {
    return events.get(first);
  }

  /** {@code s2 down: L4CON}. */
  public String title() {
    return sentence(cause());
  }

  public Severity worst() {
    return events.stream()
        .map(IncidentReport::severity)
        .max(Severity::compareTo)
        .orElse(Severity.INFO);
  }

  /** From its first to its last event. */
  public Duration length() {
    return Duration.between(cause().at(), events.getLast().at());
  }

  /** What people did, oldest first; empty if Rollcall acted alone. */
  public List<String> actions() {
    return events.stream()
        .filter(event ->
            event.kind().equals(EventKind.OPERATOR.wire())
                || event.kind().equals(EventKind.INTENT.wire()))
        .map(event -> (event.member() == null ? "" : event.member() + ": ") + event.text())
        .toList();
  }

  /** The mails that were sent or given up. */
  public List<Status.EventRecord> mails() {
    return events.stream().filter(event -> event.kind().equals(EventKind.MAIL.wire())).toList();
  }

  /** What it meant for members, pools and sessions, a sentence each. */
  public List<String> effects() {
    var effects = new ArrayList<String>();
    members(effects, EventKind.DOWN, "down");
    members(effects, EventKind.FAILED, "taken out because they failed");
    members(effects, EventKind.HELD, "held in rotation");
    members(effects, EventKind.REFUSED, "refused");
    outages(effects);
    events.stream()
        .filter(event -> event.kind().equals(EventKind.SESSIONS.wire()))
        .map(event -> event.member() + ": " + event.text())
        .forEach(effects::add);
    return effects;
  }

  private void members(List<String> effects, EventKind kind, String what) {
    Set<String> names =
        events.stream()
            .filter(event -> event.kind().equals(kind.wire()))
            .map(Status.EventRecord::member)
            .filter(Objects::nonNull)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (!names.isEmpty()) {
      effects.add(what + ": " + String.join(", ", names));
    }
  }

  /** Pools without a member that was up, and components that did not work, each with its length. */
  private void outages(List<String> effects) {
    Map<String, Status.EventRecord> open = new HashMap<>();
    for (Status.EventRecord event : events) {
      String kind = event.kind();
      String pool = event.pool() == null ? "" : event.pool();
      if (kind.endsWith("-down")) {
        open.putIfAbsent(pool + kind.replaceFirst("-down$", ""), event);
      } else if (kind.endsWith("-up")) {
        Status.EventRecord began = open.remove(pool + kind.replaceFirst("-up$", ""));
        if (began != null) {
          effects.add(
              outage(began)
                  + " for "
                  + DurationFormat.text(Duration.between(began.at(), event.at())));
        }
      }
    }
    open.values().forEach(event -> effects.add(outage(event) + ", not over in these events"));
  }

  private static String outage(Status.EventRecord event) {
    return event.kind().equals(EventKind.POOL_DOWN.wire())
        ? event.pool() + " without any member up"
        : event.kind();
  }

  private static String sentence(Status.EventRecord event) {
    String member = event.member() == null ? "" : event.member() + " ";
    return member + event.kind() + ": " + event.text();
  }

  /** The whole of it as text, for a post-mortem; ended by a line feed. */
  public String text() {
    var text = new StringBuilder();
    text.append("Incident ").append(id()).append(": ").append(title()).append('\n');
    text.append("From ").append(cause().at()).append(" to ").append(events.getLast().at());
    text.append(" (").append(DurationFormat.text(length())).append(")\n");
    list(text, "Effects", effects(), "none recorded");
    list(text, "Actions of people", actions(), "none: Rollcall acted by itself");
    list(text, "Mails", mails().stream().map(Status.EventRecord::text).toList(), "none");
    text.append("\nTimeline\n");
    for (Status.EventRecord event : events) {
      String pool = event.pool() == null ? "" : " [" + event.pool() + "]";
      text.append("  ").append(event.at()).append("  ").append(sentence(event)).append(pool);
      text.append('\n');
    }
    return text.toString();
  }

  private static void list(StringBuilder text, String title, List<String> lines, String none) {
    text.append('\n').append(title).append('\n');
    (lines.isEmpty() ? List.of(none) : lines)
        .forEach(line -> text.append("  - ").append(line).append('\n'));
  }
}
