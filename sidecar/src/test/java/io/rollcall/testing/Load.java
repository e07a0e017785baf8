package io.rollcall.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A steady load of GET and POST requests on kept connections, as many a second as asked. The client
 * tries nothing twice: what fails is counted as failed.
 */
public final class Load implements AutoCloseable {
  /**
   * One request and what came of it.
   *
   * @param what the status line's code and the answering backend, or why there is none
   * @param sentNanos, endNanos on the clock of {@link System#nanoTime()}
   */
  public record Outcome(
      HttpMethod method, boolean ok, String what, long sentNanos, long endNanos) {}

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final String host;
  private final int port;
  private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final long timer;
  private int sent;

  /** On 127.0.0.1. */
  public Load(int port, int perSecond, int postEvery) {
    this("127.0.0.1", port, perSecond, postEvery);
  }

  /**
   * Begins at once.
   *
   * @param perSecond at most 1000
   * @param postEvery each how many-th request is a POST, 0 for none
   */
  public Load(String host, int port, int perSecond, int postEvery) {
    // gives up an idle connection well before HAProxy does: else both may act at once
    this(new HttpClientOptions().setKeepAliveTimeout(5), host, port, perSecond, postEvery);
  }

  /**
   * The same.
   *
   * @param options for TLS, or for connections that end sooner
   */
  public Load(HttpClientOptions options, String host, int port, int perSecond, int postEvery) {
    this.host = host;
    this.port = port;
    this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(50));
    this.timer =
        vertx.setPeriodic(
            1000 / perSecond,
            _ -> {
              boolean post = postEvery > 0 && ++sent % postEvery == 0;
              send(post);
            });
  }

  private void send(boolean post) {
    HttpMethod method = post ? HttpMethod.POST : HttpMethod.GET;
    long began = System.nanoTime();
    inFlight.incrementAndGet();
    var _ =
        client
            .request(method, port, host, post ? "/delay" : "/")
            .compose(request -> {
              request.putHeader("content-type", "application/json");
              return post ? request.send("{\"delay\":0}") : request.send();
            })
            .compose(response -> {
              String from = response.getHeader("x-backend-ip");
              return response.body().map(_ -> response.statusCode() + " " + from);
            })
            .onComplete(done -> {
              boolean ok = done.succeeded() && done.result().startsWith("200");
              String what = done.succeeded() ? done.result() : String.valueOf(done.cause());
              outcomes.add(new Outcome(method, ok, what, began, System.nanoTime()));
              inFlight.decrementAndGet();
            });
  }

  /** How many requests have ended well so far. */
  public long answered() {
    return outcomes.stream().filter(Outcome::ok).count();
  }

  /** Sends no more and waits for what is under way. */
  public List<Outcome> end() {
    vertx.cancelTimer(timer);
    org.awaitility.Awaitility.await().until(() -> inFlight.get() == 0);
    return List.copyOf(outcomes);
  }

  /** What failed, for a message. */
  public static Map<String, Long> failures(List<Outcome> outcomes, HttpMethod method) {
    return outcomes.stream()
        .filter(o -> !o.ok() && o.method().equals(method))
        .collect(Collectors.groupingBy(Outcome::what, TreeMap::new, Collectors.counting()));
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
    vertx.close().await();
  }
}
