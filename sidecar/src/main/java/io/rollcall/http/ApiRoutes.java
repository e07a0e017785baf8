package io.rollcall.http;

import io.rollcall.core.status.Status;
import io.rollcall.http.stream.Broadcaster;
import io.rollcall.http.stream.StatusEventSource;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a program reads: status, events, the stream of both, and their description. */
final class ApiRoutes {
  /** Events of one answer; a client goes on with the last id while there are more. */
  private static final int PAGE = 1000;

  private static final Pattern ID = Pattern.compile("\\d{1,18}");

  private final StatusSource facts;
  private final Broadcaster streams;
  private final StatusEventSource news;
  private final String description = Resource.text("openapi.yaml");

  ApiRoutes(StatusSource facts, Broadcaster streams, StatusEventSource news) {
    this.facts = facts;
    this.streams = streams;
    this.news = news;
  }

  void addTo(Routes routes) {
    routes.get("/api/v1/status", ctx -> Responses.json(ctx, facts.status()));
    routes.get("/api/v1/events", this::events);
    routes.get("/api/v1/stream", this::stream);
    routes.get("/api/v1/openapi.yaml", ctx -> Responses.send(ctx, "application/yaml", description));
  }

  private void events(RoutingContext ctx) {
    String since = ctx.request().getParam("since", "0");
    if (!ID.matcher(since).matches()) {
      Problem.send(ctx, 400, "since: expected the id of an event, a whole number from 0");
      return;
    }
    long id = Long.parseLong(since);
    facts
        .events(id, PAGE + 1)
        .onSuccess(events -> {
          boolean more = events.size() > PAGE;
          List<Status.EventRecord> page = more ? events.subList(0, PAGE) : events;
          Responses.json(ctx, Map.of("events", page, "more", more));
        })
        .onFailure(e -> Problem.send(ctx, 503, String.valueOf(e.getMessage())));
  }

  private void stream(RoutingContext ctx) {
    news.refresh(facts.status(), Instant.now());
    streams.open(ctx, news, news.feed(lastEvent(ctx)));
  }

  /** What a browser had before it lost the stream; any other text counts as nothing. */
  private static @Nullable Long lastEvent(RoutingContext ctx) {
    String id = ctx.request().getHeader("Last-Event-ID");
    return id == null || !ID.matcher(id).matches() ? null : Long.valueOf(id);
  }
}
