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
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the application of a joining member for its health, as soon as the member says that it is
 * ready: HAProxy's own check comes at its next tick only, and goes on to decide. Which path a
 * pool's check asks for HAProxy tells nobody; an application that has no {@code /health} waits for
 * that check. Ends with the verticle; used on its context.
 */
public final class ReadinessProbe {
  private static final Logger LOG = LoggerFactory.getLogger(ReadinessProbe.class);

  /** What the {@code http-check} of haproxy.cfg asks for. */
  private static final String PATH = "/health";

  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final HttpClient client;
  private final Runnable answered;

  /** When the word was said that was asked for last. */
  private final Map<Endpoint, Instant> asked = new HashMap<>();

  private final Set<Endpoint> answering = new HashSet<>();

  /**
   * @param answered is called for each application that is well
   */
  public ReadinessProbe(Vertx vertx, Runnable answered) {
    this.client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
    this.answered = answered;
  }

  /**
   * Asks each of them once for each word; the answer comes with a later call.
   *
   * @param ready who joins by its own word now, and when it said so
   * @return those of them that answered since the last call
   */
  public Set<Endpoint> answering(Map<Endpoint, Instant> ready) {
    asked.entrySet().retainAll(ready.entrySet());
    ready.forEach((endpoint, said) -> {
      if (asked.put(endpoint, said) == null) {
        ask(endpoint);
      }
    });
    answering.retainAll(ready.keySet());
    var now = Set.copyOf(answering);
    answering.clear();
    return now;
  }

  private void ask(Endpoint endpoint) {
    var where =
        new RequestOptions()
            .setHost(endpoint.ip().getHostAddress())
            .setPort(endpoint.port())
            .setURI(PATH)
            .setTimeout(PATIENCE.toMillis());
    client
        .request(where)
        .compose(HttpClientRequest::send)
        .compose(response ->
            response.statusCode() == 200
                ? Future.<Void>succeededFuture()
                : Future.failedFuture("status " + response.statusCode()))
        .onSuccess(_ -> {
          answering.add(endpoint);
          answered.run();
        })
        .onFailure(e ->
            LOG.info(
                "{}",
                Logfmt.of("readiness-probe-failed")
                    .with("address", endpoint)
                    .with("path", PATH)
                    .with("reason", e.getMessage())));
  }
}
