package io.rollcall.http;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import io.rollcall.http.page.LivePage;
import io.rollcall.http.page.PageParts;
import io.rollcall.http.page.PageView;
import io.rollcall.http.page.PoolSections;
import io.rollcall.http.page.Templates;
import io.rollcall.http.page.TextRenderer;
import io.rollcall.http.page.TextReport;
import io.rollcall.http.page.ViewOptions;
import io.rollcall.http.stream.Broadcaster;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** What a person reads: the page in a browser, with its live parts; the text in a terminal. */
final class PageHandler {
  private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

  private final StatusSource facts;
  private final Broadcaster streams;
  private final LivePage live;

  PageHandler(StatusSource facts, Broadcaster streams, LivePage live) {
    this.facts = facts;
    this.streams = streams;
    this.live = live;
  }

  void addTo(Routes routes) {
    routes.get("/", this::page);
    routes.get("/live", this::changes);
  }

  private void page(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    Status status = facts.status();
    Instant now = Instant.now();
    if (acceptsHtml(ctx)) {
      live.refresh(status, now);
      Responses.send(
          ctx,
          "text/html; charset=utf-8",
          Templates.page(view(status, ViewOptions.of(ctx.request()), now)));
    } else {
      Responses.send(
          ctx, "text/plain; charset=utf-8", TextRenderer.render(TextReport.of(status, now)));
    }
  }

  private void changes(RoutingContext ctx) {
    live.refresh(facts.status(), Instant.now());
    String seen = ctx.request().getParam("seen", "0");
    streams.open(ctx, live, live.feed(VERSION.matcher(seen).matches() ? Long.parseLong(seen) : 0));
  }

  private PageView view(Status status, ViewOptions view, Instant now) {
    var pools = new ArrayList<PageView.PoolSection>();
    for (Status.PoolStatus pool : status.pools()) {
      pools.add(PoolSections.of(pools.size(), pool, view, facts, !status.serf().reachable(), now));
    }
    Status.Balancer balancer = status.balancer();
    String name = Sanitizer.visible(Format.of(balancer.name()));
    return new PageView(
        Format.of(balancer.state()) + ", Rollcall on " + name,
        name,
        "Rollcall " + balancer.version() + " on " + name,
        now,
        live.version(),
        view,
        Sanitizer.visible(view.query()),
        PageParts.headline(status),
        PageParts.sources(status, now),
        pools,
        PageParts.timeline(status.events()),
        PageParts.fleet(status.fleet()));
  }

  /** A browser, or its page asking for a part of itself. */
  private static boolean acceptsHtml(RoutingContext ctx) {
    return ctx.request().getHeader("HX-Request") != null
        || ctx.parsedHeaders().accept().stream()
            .anyMatch(type ->
                "text".equals(type.component())
                    && "html".equals(type.subComponent())
                    && type.weight() > 0);
  }
}
