package io.rollcall.http;

import io.rollcall.core.status.Status;
import io.rollcall.core.status.TextRenderer;
import io.rollcall.core.status.TextReport;
import io.rollcall.http.page.LivePageSource;
import io.rollcall.http.page.MemberPage;
import io.rollcall.http.page.Page;
import io.rollcall.http.page.ViewOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What people read: a page in a browser, text in a terminal. */
final class PageHandler {
  private static final String HTML = "text/html; charset=utf-8";

  private final StatusSource source;
  private final LivePageSource live;

  PageHandler(StatusSource source, LivePageSource live) {
    this.source = source;
    this.live = live;
  }

  void addTo(Router router) {
    Routes.get(router, "/").handler(this::page);
    Routes.get(router, "/page/member").handler(this::member);
  }

  private void page(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    Status status = source.status();
    if (acceptsHtml(ctx)) {
      live.refresh(status);
      var options = ViewOptions.of(ctx.request());
      Responses.send(
          ctx,
          HTML,
          Page.html(
              status,
              options,
              source,
              live.version(),
              source.links(),
              ctx.request().getHeader(HttpHeaders.HOST),
              BearerAuth.login(ctx)));
    } else {
      Responses.send(ctx, "text/plain; charset=utf-8", TextRenderer.render(TextReport.of(status)));
    }
  }

  private void member(RoutingContext ctx) {
    String pool = ctx.request().getParam("pool", "");
    String page =
        MemberPage.html(
            source.status(), pool, ctx.request().getParam("name", ""), source.history());
    if (page == null) {
      Problem.send(ctx, 404, "no such member in this pool");
    } else {
      Responses.send(ctx, HTML, page);
    }
  }

  /**
   * A browser names HTML; the page's own script adds a header. Not left to the router, which would
   * give HTML to a client that accepts anything, as curl does.
   */
  static boolean acceptsHtml(RoutingContext ctx) {
    return ctx.request().getHeader("HX-Request") != null
        || ctx.parsedHeaders().accept().stream()
            .anyMatch(type ->
                "text".equals(type.component())
                    && "html".equals(type.subComponent())
                    && type.weight() > 0);
  }
}
