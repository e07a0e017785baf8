package io.rollcall.reconcile;

import io.rollcall.core.model.Endpoint;
import io.rollcall.logging.Logfmt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an application that announced its readiness for its health. HAProxy's own check runs at its
 * next interval only, and decides from then on. An application without {@code /health} waits for
 * that check. Used on one context.
 */
public final class ReadinessProbe {
  private static final Logger LOG = LoggerFactory.getLogger(ReadinessProbe.class);

  /** The path that the {@code http-check} of haproxy.cfg asks for. */
  private static final String PATH = "/health";

  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private final HttpClient client;

  /** Ends with the verticle. */
  public ReadinessProbe(Vertx vertx) {
    this.client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
  }

  /** Whether it answers with status 200 within 500 ms; never fails. */
  Future<Boolean> isReady(Endpoint endpoint) {
    var request =
        new RequestOptions()
            .setHost(endpoint.ip().getHostAddress())
            .setPort(endpoint.port())
            .setURI(PATH)
            .setTimeout(TIMEOUT.toMillis());
    return client
        .request(request)
        .compose(HttpClientRequest::send)
        .map(response -> response.statusCode() == 200)
        .otherwise(e -> {
          LOG.info(
              "{}",
              Logfmt.of("probe-failed")
                  .with("endpoint", endpoint)
                  .with("path", PATH)
                  .with("err", e));
          return false;
        });
  }
}
