package io.rollcall.http;

import io.rollcall.core.status.ReasonCode;
import io.rollcall.http.page.DocumentPage;
import io.vertx.ext.web.Router;
import org.jspecify.annotations.Nullable;

/** The documentation that a person needs when something is wrong, also without the Internet. */
final class DocumentRoutes {
  private @Nullable String troubleshooting;

  void addTo(Router router) {
    Routes.get(router, ReasonCode.HELP)
        .handler(ctx -> Responses.send(ctx, "text/html; charset=utf-8", troubleshooting()));
  }

  /** Made when somebody asks for it first. */
  private String troubleshooting() {
    String page = troubleshooting;
    if (page == null) {
      page = DocumentPage.html("Troubleshooting", Resource.text("docs/troubleshooting.md"));
      troubleshooting = page;
    }
    return page;
  }
}
