package io.rollcall.cli;

import io.rollcall.config.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a sidecar answers.
 *
 * @param url its status page
 * @param token for actions; null for none
 * @param certificate PEM file of what the sidecar of the settings shows; null for none
 */
record ApiEndpoint(URI url, @Nullable String token, @Nullable Path certificate) {
  private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  /** The sidecar of these settings, on this machine. */
  static ApiEndpoint of(Settings settings) {
    Settings.HttpSettings http = settings.http();
    String host = EVERY_ADDRESS.contains(http.host()) ? "127.0.0.1" : http.host();
    String scheme = http.certificate() == null ? "http" : "https";
    return new ApiEndpoint(uri(scheme, host, http.port()), token(http), http.certificate());
  }

  /** The token of an operator, else one that only reads. */
  private static @Nullable String token(Settings.HttpSettings http) {
    return http.token() != null
        ? http.token()
        : http.tokens().stream()
            .max(Comparator.comparing(Settings.TokenSettings::role))
            .map(Settings.TokenSettings::secret)
            .orElse(null);
  }

  ApiEndpoint withToken(String other) {
    return new ApiEndpoint(url, other, certificate);
  }

  ApiEndpoint at(URI other) {
    return new ApiEndpoint(other, token, certificate);
  }

  /** A sidecar with the same port, scheme and token on another host. */
  ApiEndpoint on(String host) {
    return new ApiEndpoint(uri(url.getScheme(), host, url.getPort()), token, certificate);
  }

  ApiClient client() {
    return new ApiClient(url, token, certificate);
  }

  private static URI uri(String scheme, String host, int port) {
    String literal = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return URI.create(scheme + "://" + literal + (port < 0 ? "" : ":" + port) + "/");
  }
}
