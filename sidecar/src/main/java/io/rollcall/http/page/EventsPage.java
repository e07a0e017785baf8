package io.rollcall.http.page;

import io.rollcall.core.DurationFormat;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.EventKind.Severity;
import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.IncidentReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The pages of the journal: all events with filters, and one incident on one screen. */
public final class EventsPage {
  private EventsPage() {}

  /** The events that a query found, as HTML. */
  public static String html(EventQuery query, EventPage found, Instant now) {
    return Templates.render(
        "events",
        Map.of(
            "events",
            new EventView.EventsView(
                now,
                query,
                Sanitizer.visible(query.member()),
                EventQuery.kinds(),
                EventParts.items(found.events(), now),
                found.next() == null ? null : query.older(found.next()))));
  }

  /** An incident as HTML. */
  public static String html(IncidentReport incident, Instant now) {
    Severity worst = incident.worst();
    return Templates.render(
        "incident",
        Map.of(
            "incident",
            new EventView.IncidentView(
                now,
                Sanitizer.visible(incident.title()),
                Format.name(worst),
                worst == Severity.CRITICAL ? "▲" : "◆",
                EventParts.time(incident.cause().at()),
                EventParts.time(incident.events().getLast().at()),
                DurationFormat.text(incident.length()),
                visible(incident.effects()),
                visible(incident.actions()),
                EventParts.items(incident.events(), now).reversed(),
                text(incident))));
  }

  /** An incident as text. */
  public static String text(IncidentReport incident) {
    return incident.text().lines().map(Sanitizer::visible).reduce("", (a, b) -> a + b + "\n");
  }

  private static List<String> visible(List<String> texts) {
    return texts.stream().map(Sanitizer::visible).toList();
  }
}
