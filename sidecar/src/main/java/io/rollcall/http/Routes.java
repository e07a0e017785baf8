package io.rollcall.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The paths that are answered and by which methods; any other method on one of them is told which
 * there are. A part in braces stands for any text: {@code /pools/{backend}}.
 */
final class Routes {
  private final Router router;
  private final SortedMap<String, SortedSet<String>> methods = new TreeMap<>();

  Routes(Router router) {
    this.router = router;
  }

  void get(String path, Handler<RoutingContext> answer) {
    on(HttpMethod.GET, path, answer);
    on(HttpMethod.HEAD, path, answer);
  }

  void on(HttpMethod method, String path, Handler<RoutingContext> answer) {
    methods.computeIfAbsent(path, _ -> new TreeSet<>()).add(method.name());
    router.route(method, pattern(path)).handler(answer);
  }

  /** Ends the list: what comes here has a known path and another method. */
  void refuseOtherMethods() {
    methods.forEach((path, known) -> {
      String allowed = String.join(", ", known);
      String detail = "only " + words(List.copyOf(known)) + " answered here";
      router
          .route(pattern(path))
          .handler(ctx -> {
            ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
            Problem.send(ctx, 405, detail);
          });
    });
  }

  /** The methods of each path. */
  SortedMap<String, SortedSet<String>> methods() {
    return methods;
  }

  private static String words(List<String> known) {
    return known.stream().collect(Collectors.joining(" and "))
        + (known.size() == 1 ? " is" : " are");
  }

  private static String pattern(String path) {
    return path.replaceAll("\\{(\\w+)}", ":$1");
  }
}
