package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.ProductHaproxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HAProxy's own page, with the configuration of the product. */
@Tag("image")
final class StatsPageIT {
  @Test
  void showsTheUsedSlotsWithTheirAddresses(@TempDir Path folder) throws Exception {
    try (var haproxy = new ProductHaproxy(folder, UnaryOperator.identity());
        var browser = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
      var _ = haproxy.cli("set server nodes/slot3 addr 127.0.0.43 port 3000");
      var _ = haproxy.cli("set server nodes/slot3 state ready");
      var page = URI.create("http://127.0.0.1:" + haproxy.statsPort() + "/");
      String body =
          browser.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
      assertTrue(body.contains("slot3") && body.contains("127.0.0.43:3000"), body);
      assertFalse(body.contains("slot4"), body);
    }
  }
}
