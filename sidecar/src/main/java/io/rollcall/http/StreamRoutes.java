package io.rollcall.http;

import io.rollcall.http.guard.ConnectionGuard;
import io.rollcall.http.page.LivePageSource;
import io.rollcall.http.stream.Broadcaster;
import io.rollcall.http.stream.EventSource;
import io.rollcall.http.stream.StatusEventSource;
import io.rollcall.http.stream.Subscription;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The streams of server-sent events: for programs, and for the page in a browser. */
final class StreamRoutes {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private final StatusSource source;
  private final Broadcaster streams;
  private final StatusEventSource events;
  private final LivePageSource page;
  private final ConnectionGuard guard;

  StreamRoutes(
      StatusSource source,
      Broadcaster streams,
      StatusEventSource events,
      LivePageSource page,
      ConnectionGuard guard) {
    this.source = source;
    this.streams = streams;
    this.events = events;
    this.page = page;
    this.guard = guard;
  }

  void addTo(Router router) {
    Routes.get(router, "/api/v1/stream").handler(this::status);
    Routes.get(router, "/live").handler(this::page);
  }

  private void status(RoutingContext ctx) {
    events.refresh(source.status());
    open(ctx, events, events.subscribe(number(ctx.request().getHeader("Last-Event-ID"))));
  }

  private void page(RoutingContext ctx) {
    page.refresh(source.status());
    Long shown = number(ctx.request().getParam("seen"));
    open(ctx, page, page.subscribe(shown == null ? 0 : shown));
  }

  private void open(RoutingContext ctx, EventSource events, Subscription subscription) {
    if (!guard.stream(ctx.request().connection())) {
      ctx.response().putHeader("Retry-After", "10");
      Problem.send(ctx, 429, "too many open streams of this address");
    } else if (!streams.open(ctx.request(), events, subscription)) {
      ctx.response().putHeader("Retry-After", "10");
      Problem.send(ctx, 503, "too many open streams: at most " + Broadcaster.MAX_STREAMS);
    }
  }

  /** Any other text counts as absent. */
  private static @Nullable Long number(@Nullable String text) {
    return text == null || !NUMBER.matcher(text).matches() ? null : Long.valueOf(text);
  }
}
