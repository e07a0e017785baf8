package io.rollcall.app;

import io.rollcall.config.Settings;
import io.rollcall.core.model.Endpoint;
import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a person finds the status page. */
final class StatusUrl {
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  private StatusUrl() {}

  /**
   * The page by the address it listens on, or where that is every one, by the balancer's own in the
   * gossip; null where that is not known.
   */
  static @Nullable String of(Settings.HttpSettings http, @Nullable InetAddress gossip) {
    String host = http.host();
    if (EVERY_ADDRESS.contains(host)) {
      if (gossip == null) {
        return null;
      }
      host = Endpoint.text(gossip);
    }
    String scheme = http.certificate() == null ? "http" : "https";
    return "%s://%s:%d/"
        .formatted(scheme, host.contains(":") ? "[" + host + "]" : host, http.port());
  }
}
