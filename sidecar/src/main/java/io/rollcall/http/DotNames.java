package io.rollcall.http;

import io.vertx.ext.web.RoutingContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Members named {@code .} and {@code ..}: in a path they mean a directory, encoded or not, and
 * would be removed before a route is found. So their requests go to a path with another name.
 */
final class DotNames {
  private static final Pattern PATH =
      Pattern.compile("(/api/v1/pools/[^/]+/members/)((?:\\.|%2[eE]){1,2})(/[a-z]+)");
  private static final String KEY = "rollcall.dot-name";
  private static final String INSTEAD = "-";

  private DotNames() {}

  /** Before anything else that looks at the path. */
  static void route(RoutingContext ctx) {
    String path = ctx.request().path();
    Matcher found = path == null ? null : PATH.matcher(path);
    if (found == null || !found.matches()) {
      ctx.next();
      return;
    }
    ctx.put(KEY, found.group(2).replaceAll("%2[eE]", "."));
    ctx.reroute(found.group(1) + INSTEAD + found.group(3));
  }

  /** The name that the request's path had; null for every other. */
  static @Nullable String of(RoutingContext ctx) {
    return ctx.get(KEY);
  }
}
