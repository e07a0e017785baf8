package io.rollcall.http;

import io.rollcall.core.status.Status;
import io.rollcall.core.status.TextRenderer;
import io.rollcall.core.status.TextReport;
import io.rollcall.http.page.LivePageSource;
import io.rollcall.http.page.Page;
import io.rollcall.http.page.ViewOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What people read: a page in a browser, text in a terminal. */
final class PageHandler {
  private final StatusSource source;
  private final LivePageSource live;

  PageHandler(StatusSource source, LivePageSource live) {
    this.source = source;
    this.live = live;
  }

  void addTo(Router router) {
    Routes.get(router, "/").handler(this::page);
  }

  private void page(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    Status status = source.status();
    if (acceptsHtml(ctx)) {
      live.refresh(status);
      var options = ViewOptions.of(ctx.request());
      Responses.send(
          ctx, "text/html; charset=utf-8", Page.html(status, options, source, live.version()));
    } else {
      Responses.send(ctx, "text/plain; charset=utf-8", TextRenderer.render(TextReport.of(status)));
    }
  }

  /**
   * A browser names HTML; the page's own script adds a header. Not left to the router, which would
   * give HTML to a client that accepts anything, as curl does.
   */
  private static boolean acceptsHtml(RoutingContext ctx) {
    return ctx.request().getHeader("HX-Request") != null
        || ctx.parsedHeaders().accept().stream()
            .anyMatch(type ->
                "text".equals(type.component())
                    && "html".equals(type.subComponent())
                    && type.weight() > 0);
  }
}
