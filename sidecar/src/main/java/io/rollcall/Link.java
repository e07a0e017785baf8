package io.rollcall;

import io.rollcall.config.Settings;
import io.rollcall.core.Endpoint;
import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a person finds the status page. */
final class Link {
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  private Link() {}

  /**
   * The page by the address it listens on, or where that is every one, by the balancer's own in the
   * gossip; null where that is not known.
   */
  static @Nullable String of(Settings.Http http, @Nullable InetAddress gossip) {
    String host = http.host();
    if (EVERY_ADDRESS.contains(host)) {
      if (gossip == null) {
        return null;
      }
      host = Endpoint.text(gossip);
    }
    return "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, http.port());
  }
}
