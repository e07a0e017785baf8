package io.rollcall.status;

import io.rollcall.core.Status;
import io.rollcall.core.VisibleText;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** What a person reads: the page in a browser, with its live parts; the text in a terminal. */
final class Page {
  private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

  private final Facts facts;
  private final Streams streams;
  private final LivePage live;

  Page(Facts facts, Streams streams, LivePage live) {
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
      Answer.send(
          ctx,
          "text/html; charset=utf-8",
          Templates.page(view(status, View.of(ctx.request()), now)));
    } else {
      Answer.send(ctx, "text/plain; charset=utf-8", TextPage.render(Report.of(status, now)));
    }
  }

  private void changes(RoutingContext ctx) {
    live.refresh(facts.status(), Instant.now());
    String seen = ctx.request().getParam("seen", "0");
    streams.open(ctx, live, live.feed(VERSION.matcher(seen).matches() ? Long.parseLong(seen) : 0));
  }

  private PageView view(Status status, View view, Instant now) {
    var pools = new ArrayList<PageView.Pool>();
    for (Status.Pool pool : status.pools()) {
      pools.add(PoolParts.of(pools.size(), pool, view, facts, !status.serf().reachable(), now));
    }
    Status.Balancer balancer = status.balancer();
    String name = VisibleText.of(Words.of(balancer.name()));
    return new PageView(
        Words.of(balancer.state()) + ", Rollcall on " + name,
        name,
        "Rollcall " + balancer.version() + " on " + name,
        now,
        live.version(),
        view,
        VisibleText.of(view.query()),
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
