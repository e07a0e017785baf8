package io.rollcall.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The paths of a router. A part in braces stands for any text: {@code /pools/{backend}}. */
final class Routes {
  private Routes() {}

  /** A route for GET and HEAD. */
  static Route get(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  /** A route for this method. */
  static Route on(Router router, HttpMethod method, String path) {
    return router.route(method, path.replaceAll("\\{(\\w+)}", ":$1"));
  }

  /** The methods of each path. */
  static SortedMap<String, SortedSet<String>> methods(Router router) {
    var methods = new TreeMap<String, SortedSet<String>>();
    for (Route route : router.getRoutes()) {
      if (route.getPath() != null && route.methods() != null) {
        String path = route.getPath().replaceAll(":(\\w+)", "{$1}");
        route
            .methods()
            .forEach(
                method -> methods.computeIfAbsent(path, _ -> new TreeSet<>()).add(method.name()));
      }
    }
    return methods;
  }

  /** The methods that a path of a request allows, for the {@code Allow} header. */
  static String allowed(Router router, String path) {
    return methods(router).entrySet().stream()
        .filter(route -> path.matches(route.getKey().replaceAll("\\{\\w+}", "[^/]+")))
        .flatMap(route -> route.getValue().stream())
        .collect(Collectors.joining(", "));
  }
}
