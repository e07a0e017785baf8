package io.rollcall.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rollcall.cli.trust.ServerTrust;
import io.rollcall.config.Settings;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sidecar of this machine, if it runs. */
final class OwnSidecar {
  private static final int ANSWER_MS = 2000;

  private final Settings.HttpSettings http;

  OwnSidecar(Settings.HttpSettings http) {
    this.http = http;
  }

  /** What answers at the port is a sidecar. */
  boolean answers() {
    try {
      int status = open("/healthz").getResponseCode();
      return status == 200 || status == 503;
    } catch (IOException _) {
      return false;
    }
  }

  /** What it reports of itself; null if it does not say. */
  @Nullable JsonNode balancer() {
    try (var in = open("/api/v1/status").getInputStream()) {
      return new JsonMapper().readTree(in).path("balancer");
    } catch (IOException _) {
      return null;
    }
  }

  private HttpURLConnection open(String path) throws IOException {
    String at = List.of("0.0.0.0", "::").contains(http.host()) ? "127.0.0.1" : http.host();
    var connection =
        (HttpURLConnection)
            URI.create(
                    "%s://%s:%d%s"
                        .formatted(
                            http.certificate() == null ? "http" : "https",
                            at.contains(":") ? "[" + at + "]" : at,
                            http.port(),
                            path))
                .toURL()
                .openConnection();
    ServerTrust.apply(connection, http.certificate());
    connection.setConnectTimeout(ANSWER_MS);
    connection.setReadTimeout(ANSWER_MS);
    String token = token();
    if (token != null) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection;
  }

  /** Reading needs one where there are viewers. */
  private @Nullable String token() {
    String own = http.token();
    return own != null || http.tokens().isEmpty() ? own : http.tokens().getFirst().secret();
  }
}
