package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.IncidentReport;
import io.rollcall.core.status.Status;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Events as pages show them, the newest first. */
final class EventParts {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private EventParts() {}

  /** The events, mails that follow each other as one item. */
  static List<EventView.EventItem> items(List<Status.EventRecord> events, Instant now) {
    var items = new ArrayList<EventView.EventItem>();
    var mails = new ArrayList<EventView>();
    for (Status.EventRecord event : events.reversed()) {
      if (event.kind().equals(EventKind.MAIL.wire())) {
        mails.add(view(event, now));
        continue;
      }
      fold(mails, items);
      items.add(new EventView.EventItem("", List.of(view(event, now))));
    }
    fold(mails, items);
    return List.copyOf(items);
  }

  private static void fold(List<EventView> mails, List<EventView.EventItem> items) {
    if (!mails.isEmpty()) {
      String title = mails.size() == 1 ? "1 mail" : mails.size() + " mails";
      items.add(new EventView.EventItem(title, List.copyOf(mails)));
      mails.clear();
    }
  }

  /** A time with date and zone. */
  static EventView.TimeView time(Instant at) {
    return new EventView.TimeView(at, TIME.format(at));
  }

  /** The incidents among these events, the newest first. */
  static List<EventView.IncidentLink> incidents(
      List<Status.EventRecord> events, int most, Instant now) {
    return IncidentReport.among(events).reversed().stream()
        .limit(most)
        .map(incident ->
            new EventView.IncidentLink(
                "/page/incident?id=" + incident.id(),
                Format.name(incident.worst()),
                Sanitizer.line(incident.title(), 120),
                time(incident.cause().at()),
                Format.age(incident.cause().at(), now),
                incident.events().size()))
        .toList();
  }

  private static EventView view(Status.EventRecord event, Instant now) {
    String pool = event.pool() == null ? "" : event.pool();
    String member = event.member() == null ? "" : event.member();
    EventKind.Severity severity = IncidentReport.severity(event);
    return new EventView(
        time(event.at()),
        Format.age(event.at(), now),
        event.kind(),
        Format.name(severity),
        Sanitizer.visible(member),
        member.isEmpty() ? "" : "/page/events?member=" + Format.encoded(member),
        Sanitizer.visible(event.text()),
        event.slot() == null ? pool : pool + "/" + event.slot(),
        event.tookMicros() == null ? null : Format.micros(event.tookMicros()),
        severity == EventKind.Severity.INFO ? null : "/page/incident?id=" + event.id());
  }
}
