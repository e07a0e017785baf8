package io.rollcall.status;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/** What a person reads: the page in a browser, the text in a terminal. */
final class Page {
  private final Facts facts;

  Page(Facts facts) {
    this.facts = facts;
  }

  void addTo(Routes routes) {
    routes.get("/", this::page);
  }

  private void page(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    Report report = Report.of(facts.status(), Instant.now());
    if (acceptsHtml(ctx)) {
      Answer.send(ctx, "text/html; charset=utf-8", HtmlPage.render(report));
    } else {
      Answer.send(ctx, "text/plain; charset=utf-8", TextPage.render(report));
    }
  }

  private static boolean acceptsHtml(RoutingContext ctx) {
    return ctx.parsedHeaders().accept().stream()
        .anyMatch(type ->
            "text".equals(type.component())
                && "html".equals(type.subComponent())
                && type.weight() > 0);
  }
}
