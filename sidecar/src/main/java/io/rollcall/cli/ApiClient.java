package io.rollcall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rollcall.cli.trust.ServerTrust;
import io.rollcall.core.Sanitizer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one sidecar, each on a connection of its own. Blocks: 2 s at most to connect, 5 s for
 * an answer. It uses the JDK's older client, which loads in a third of the time of the newer one.
 * Every method throws {@link CliFailure}: status 3 without an answer, 1 for a refusal.
 */
final class ApiClient {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final int CONNECT_MS = 2000;
  private static final int ANSWER_MS = 5000;
  private static final int SHOWN = 300;

  private final URI url;
  private final @Nullable String token;
  private final @Nullable Path certificate;

  /**
   * @param certificate see {@link ServerTrust}
   */
  ApiClient(URI url, @Nullable String token, @Nullable Path certificate) {
    this.url = url;
    this.token = token;
    this.certificate = certificate;
  }

  /** One segment of a path. */
  static String segment(String name) {
    String encoded = URLEncoder.encode(name, UTF_8).replace("+", "%20");
    return encoded.equals(".") || encoded.equals("..") ? encoded.replace(".", "%2E") : encoded;
  }

  JsonNode get(String path) {
    return json(text(path, "application/json"));
  }

  String text(String path, String accept) {
    HttpURLConnection connection = open("GET", path);
    connection.setRequestProperty("Accept", accept);
    return answer(connection);
  }

  /** Sends an order; the answer says only that it was accepted. */
  void send(String method, String path, @Nullable Object body) {
    HttpURLConnection connection = open(method, path);
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (var out = connection.getOutputStream()) {
        out.write(JSON.writeValueAsBytes(body));
      } catch (IOException e) {
        throw unreachable(e);
      }
    }
    var _ = answer(connection);
  }

  /**
   * The open answer of a stream, without a limit of time.
   *
   * @param headers of the request
   */
  InputStream stream(String path, Map<String, String> headers) {
    HttpURLConnection connection = open("GET", path);
    connection.setReadTimeout(0);
    headers.forEach(connection::setRequestProperty);
    try {
      if (connection.getResponseCode() >= 400) {
        throw refusal(connection);
      }
      return connection.getInputStream();
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpURLConnection open(String method, String path) {
    try {
      var connection = (HttpURLConnection) url.resolve(path).toURL().openConnection();
      ServerTrust.apply(connection, certificate);
      connection.setRequestMethod(method);
      connection.setConnectTimeout(CONNECT_MS);
      connection.setReadTimeout(ANSWER_MS);
      connection.setInstanceFollowRedirects(false);
      if (token != null) {
        connection.setRequestProperty("Authorization", "Bearer " + token);
      }
      return connection;
    } catch (MalformedURLException | IllegalArgumentException | ClassCastException e) {
      throw new CliFailure(
          CliFailure.USAGE, "--url: expected a URL such as http://192.0.2.1:9999, got " + url, e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private String answer(HttpURLConnection connection) {
    try {
      if (connection.getResponseCode() >= 300) {
        throw refusal(connection);
      }
      try (var in = connection.getInputStream()) {
        return new String(in.readAllBytes(), UTF_8);
      }
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private CliFailure refusal(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    try (InputStream in = connection.getErrorStream()) {
      String text = in == null ? "" : new String(in.readAllBytes(), UTF_8);
      String detail = problem(text);
      return new CliFailure(
          CliFailure.NOT_SO,
          "refused by %s: %s (status %d)"
              .formatted(url, Sanitizer.line(detail.isEmpty() ? text : detail, SHOWN), status));
    }
  }

  private static String problem(String text) {
    try {
      return JSON.readTree(text).path("detail").asText();
    } catch (IOException _) {
      return "";
    }
  }

  private JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new CliFailure(
          CliFailure.UNREACHABLE, url + ": expected the JSON of a sidecar, got another answer", e);
    }
  }

  private CliFailure unreachable(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return new CliFailure(
        CliFailure.UNREACHABLE,
        "%s: unreachable: %s; is the sidecar running, and is the address right (--url, http.host,"
                .formatted(url, Sanitizer.line(reason, SHOWN))
            + " http.port)?",
        e);
  }
}
