package io.rollcall.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.zip.CRC32;

/**
 * The files that the page loads: its own style and script, and libraries from their jars. Vert.x's
 * static handler has no ETag, which lets browsers revalidate at each load and download once.
 */
final class Assets {
  private static final String JARS = "/META-INF/resources/webjars/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private Assets() {}

  static void addTo(Router router) {
    add(router, "htmx.js", SCRIPT, JARS + "htmx.org/2.0.10/dist/htmx.min.js");
    add(router, "sse.js", SCRIPT, JARS + "htmx-ext-sse/2.2.2/sse.js");
    add(router, "common.js", SCRIPT, "assets/common.js");
    add(router, "charts.js", SCRIPT, "assets/charts.js");
    add(router, "uplot.js", SCRIPT, JARS + "uplot/1.6.30/dist/uPlot.iife.min.js");
    add(router, "uplot.css", "text/css; charset=utf-8", JARS + "uplot/1.6.30/dist/uPlot.min.css");
    add(router, "rollcall.js", SCRIPT, "assets/rollcall.js");
    add(router, "rollcall.css", "text/css; charset=utf-8", "assets/rollcall.css");
    add(router, "icon.svg", "image/svg+xml", "assets/icon.svg");
  }

  private static void add(Router router, String name, String type, String resource) {
    Buffer bytes = Buffer.buffer(Resource.bytes(resource));
    String tag = '"' + checksum(bytes) + '"';
    Routes.get(router, "/assets/" + name).handler(ctx -> answer(ctx, type, bytes, tag));
  }

  private static void answer(RoutingContext ctx, String type, Buffer bytes, String tag) {
    // Browsers keep the file, and ask at each load whether it has changed.
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
