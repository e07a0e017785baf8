package io.rollcall.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.zip.CRC32;

/** What the page loads: its own style and script, and the libraries of its jars. */
final class Assets {
  private static final String JARS = "/META-INF/resources/webjars/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private Assets() {}

  static void addTo(Routes routes) {
    add(routes, "htmx.js", SCRIPT, JARS + "htmx.org/2.0.10/dist/htmx.min.js");
    add(routes, "sse.js", SCRIPT, JARS + "htmx-ext-sse/2.2.2/sse.js");
    add(routes, "rollcall.js", SCRIPT, "assets/rollcall.js");
    add(routes, "rollcall.css", "text/css; charset=utf-8", "assets/rollcall.css");
    add(routes, "icon.svg", "image/svg+xml", "assets/icon.svg");
  }

  private static void add(Routes routes, String name, String type, String resource) {
    Buffer bytes = Buffer.buffer(Resource.bytes(resource));
    String tag = '"' + checksum(bytes) + '"';
    routes.get("/assets/" + name, ctx -> answer(ctx, type, bytes, tag));
  }

  private static void answer(RoutingContext ctx, String type, Buffer bytes, String tag) {
    // kept by the browser, and asked for each time whether it is still the same
    ctx.response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.ETAG, tag);
    if (tag.equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      ctx.response().setStatusCode(304);
      Responses.send(ctx, type, Buffer.buffer());
    } else {
      Responses.send(ctx, type, bytes);
    }
  }

  private static String checksum(Buffer bytes) {
    var crc = new CRC32();
    crc.update(bytes.getBytes());
    return Long.toHexString(crc.getValue());
  }
}
