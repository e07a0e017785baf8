package io.rollcall.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is checked of each request before anything else: its method and its Host. Sets the headers
 * that make a browser careful with the response.
 */
final class RequestFilter {
  /** A page loads from this server only, and runs no script or style of its own text. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
          + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private static final Set<HttpMethod> KNOWN_METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.DELETE,
          HttpMethod.PATCH,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE);

  private final Router router;
  private final List<String> hosts;

  RequestFilter(Router router, List<String> hosts) {
    this.router = router;
    this.hosts = List.copyOf(hosts);
  }

  void check(RoutingContext ctx) {
    secure(ctx.response());
    HttpMethod method = ctx.request().method();
    if (!KNOWN_METHODS.contains(method)) {
      ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      Problem.send(ctx, 501, "method not implemented");
      return;
    }
    String path;
    try {
      path = ctx.normalizedPath();
      var _ = ctx.request().params(); // decodes the query
    } catch (IllegalArgumentException _) {
      Problem.send(ctx, 400, "malformed request"); // an escape that is none
      return;
    }
    String allowed = Routes.allowed(router, path);
    if (!allowed.isEmpty() && !List.of(allowed.split(", ")).contains(method.name())) {
      ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
      Problem.send(ctx, 405, "method not allowed; allowed here: " + allowed);
      return;
    }
    if (!hosts.isEmpty() && !probe(ctx) && !hosts.contains(host(ctx))) {
      Problem.send(ctx, 421, "unknown Host: this server answers to the names in http.hosts only");
      return;
    }
    // A body is JSON, but curl calls it a form: then it would be decoded, with other limits.
    ctx.request().headers().remove(HttpHeaders.CONTENT_TYPE);
    ctx.next();
  }

  static void secure(HttpServerResponse response) {
    response
        .putHeader("Cache-Control", "no-store")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("X-Frame-Options", "DENY");
  }

  /** Health is asked by address, not by name, and says nothing that is secret. */
  static boolean probe(RoutingContext ctx) {
    String path = ctx.normalizedPath();
    return path.equals("/healthz") || path.equals("/readyz");
  }

  private static String host(RoutingContext ctx) {
    HostAndPort authority = ctx.request().authority();
    return authority == null ? "" : authority.host().toLowerCase(Locale.ROOT);
  }
}
