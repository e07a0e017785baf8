package io.rollcall.http;

import io.rollcall.core.status.Status;
import io.rollcall.http.page.EventQuery;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** What programs read: the status, the events and the OpenAPI description. */
final class ApiRoutes {
  /** Events in one response; a client continues with the last id while there are more. */
  private static final int MAX_EVENTS = 1000;

  private final StatusSource source;
  private final String description = Resource.text("openapi.yaml");

  ApiRoutes(StatusSource source) {
    this.source = source;
  }

  void addTo(Router router) {
    Routes.get(router, "/api/v1/status").handler(ctx -> Responses.json(ctx, source.status()));
    Routes.get(router, "/api/v1/events").handler(this::events);
    Routes.get(router, "/api/v1/openapi.yaml")
        .handler(ctx -> Responses.send(ctx, "application/yaml", description));
  }

  private void events(RoutingContext ctx) {
    Long since = EventQuery.eventId(ctx.request().getParam("since", "0"));
    if (since == null) {
      Problem.send(ctx, 400, "since: expected the id of an event, an integer from 0");
      return;
    }
    source
        .events(since, MAX_EVENTS + 1)
        .onSuccess(events -> {
          boolean more = events.size() > MAX_EVENTS;
          List<Status.EventRecord> page = more ? events.subList(0, MAX_EVENTS) : events;
          Responses.json(ctx, Map.of("events", page, "more", more));
        })
        .onFailure(e -> Problem.send(ctx, 503, String.valueOf(e.getMessage())));
  }
}
