package io.rollcall.http;

import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.IncidentReport;
import io.rollcall.core.status.Status;
import io.rollcall.http.page.EventQuery;
import io.rollcall.http.page.EventsPage;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/** What people read of the journal. */
final class EventRoutes {
  private static final String HTML = "text/html; charset=utf-8";

  /** Events on one page. */
  private static final int SHOWN = 100;

  /** Events before and after one that are searched for the rest of its incident. */
  private static final int AROUND = 300;

  private final StatusSource source;

  EventRoutes(StatusSource source) {
    this.source = source;
  }

  void addTo(Router router) {
    Routes.get(router, "/page/events").handler(this::events);
    Routes.get(router, "/page/incident").handler(this::incident);
  }

  private void events(RoutingContext ctx) {
    EventQuery query = EventQuery.of(ctx.request());
    source
        .before(query.before(), SHOWN, query)
        .onSuccess(
            found -> Responses.send(ctx, HTML, EventsPage.html(query, found, source.status().at())))
        .onFailure(e -> Problem.send(ctx, 503, String.valueOf(e.getMessage())));
  }

  private void incident(RoutingContext ctx) {
    Long id = EventQuery.eventId(ctx.request().getParam("id", ""));
    if (id == null) {
      Problem.send(ctx, 400, "id: expected the id of an event, an integer from 0");
      return;
    }
    around(id)
        .onSuccess(events -> incident(ctx, id, events))
        .onFailure(e -> Problem.send(ctx, 503, String.valueOf(e.getMessage())));
  }

  private Future<List<Status.EventRecord>> around(long id) {
    Future<EventPage> before = source.before(id, AROUND, _ -> true);
    return before.compose(earlier ->
        source
            .events(id - 1, AROUND)
            .map(later -> {
              var all = new ArrayList<>(earlier.events());
              all.addAll(later);
              return all;
            }));
  }

  private void incident(RoutingContext ctx, long id, List<Status.EventRecord> events) {
    IncidentReport incident = IncidentReport.with(id, events);
    if (incident == null) {
      Problem.send(ctx, 404, "no incident with this event");
    } else if (ctx.request().getParam("text") != null) {
      Responses.send(ctx, "text/plain; charset=utf-8", EventsPage.text(incident));
    } else {
      Responses.send(ctx, HTML, EventsPage.html(incident, source.status().at()));
    }
  }
}
