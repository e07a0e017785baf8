package io.rollcall.reconcile;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Readiness;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks applications of joining members whether they are ready: each every 10 ms for the first 10 s,
 * then half as often each time down to once a second, and all together at most 1,000 times a
 * second. {@value #AT_ONCE} requests have a place at once. One without an answer for {@value
 * #PLACE_MS} ms goes on without its place, and who was never asked comes first, so that those that
 * do not answer delay nobody. Used on one context.
 */
public final class ReadinessProbe {
  static final int AT_ONCE = 64;

  /** A tenth of the timeout: at most ten times {@link #AT_ONCE} requests are open. */
  static final long PLACE_MS = 50;

  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final int MAX_BODY = 64 * 1024;
  private static final long FAST_MS = 10;
  private static final long SLOW_MS = 1000;
  private static final long FAST_FOR = Duration.ofSeconds(10).toNanos();

  private final Vertx vertx;
  private final BiConsumer<Endpoint, Boolean> answered;
  private final HttpClient http;
  private final NetClient tcp;
  private final Map<Endpoint, Target> targets = new HashMap<>();
  private final ArrayDeque<Target> unasked = new ArrayDeque<>();
  private final ArrayDeque<Target> again = new ArrayDeque<>();
  private int running;

  /** One application that is asked until it answers, or until nobody asks for it any more. */
  private static final class Target {
    final Endpoint endpoint;
    final Readiness how;
    final long since = System.nanoTime();
    long pauseMs = FAST_MS;
    long askedAt;
    boolean asked;
    boolean hasPlace;

    Target(Endpoint endpoint, Readiness how) {
      this.endpoint = endpoint;
      this.how = how;
    }
  }

  /**
   * Ends with the verticle.
   *
   * @param answered receives, once, whether the application is ready, or that its answer says
   *     nothing about that
   */
  public ReadinessProbe(Vertx vertx, BiConsumer<Endpoint, Boolean> answered) {
    this.vertx = vertx;
    this.answered = answered;
    int timeout = (int) TIMEOUT.toMillis();
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(false).setConnectTimeout(timeout));
    this.tcp = vertx.createNetClient(new NetClientOptions().setConnectTimeout(timeout));
  }

  /** Asks these applications, and no others any more. */
  void ask(Map<Endpoint, Readiness> applications) {
    targets.values().removeIf(known -> !known.how.equals(applications.get(known.endpoint)));
    applications.forEach((endpoint, how) -> {
      if (!targets.containsKey(endpoint)) {
        var target = new Target(endpoint, how);
        targets.put(endpoint, target);
        start(target);
      }
    });
  }

  private void start(Target target) {
    if (targets.get(target.endpoint) != target) {
      return;
    }
    if (running == AT_ONCE) {
      (target.asked ? again : unasked).add(target);
      return;
    }
    running++;
    target.asked = true;
    target.askedAt = System.nanoTime();
    target.hasPlace = true;
    long timer = vertx.setTimer(PLACE_MS, _ -> leave(target));
    request(target)
        .onComplete(result -> {
          vertx.cancelTimer(timer);
          leave(target);
          ended(target, result.succeeded() ? result.result() : null);
        });
  }

  /** Its place is given to those that wait; one that is no longer asked takes none. */
  private void leave(Target target) {
    if (!target.hasPlace) {
      return;
    }
    target.hasPlace = false;
    running--;
    while (running < AT_ONCE && !(unasked.isEmpty() && again.isEmpty())) {
      start(unasked.isEmpty() ? again.remove() : unasked.remove());
    }
  }

  private void ended(Target target, @Nullable Boolean answer) {
    if (targets.get(target.endpoint) != target) {
      return;
    }
    if (answer != null) {
      targets.remove(target.endpoint);
      answered.accept(target.endpoint, answer);
      return;
    }
    boolean fast = System.nanoTime() - target.since < FAST_FOR;
    target.pauseMs = fast ? FAST_MS : Math.min(2 * target.pauseMs, SLOW_MS);
    // a millisecond for each: the event loop has more to do than to ask
    long pause = Math.max(target.pauseMs, targets.size());
    long took = (System.nanoTime() - target.askedAt) / 1_000_000;
    vertx.setTimer(Math.max(1, pause - took), _ -> start(target));
  }

  /** Null, or a failure, if it is to be asked again. */
  private Future<@Nullable Boolean> request(Target target) {
    return target.how.kind() == Readiness.Kind.TCP ? connect(target.endpoint) : get(target);
  }

  private Future<@Nullable Boolean> connect(Endpoint endpoint) {
    return tcp.connect(endpoint.port(), endpoint.ip().getHostAddress())
        .map(socket -> {
          socket.close().onComplete(_ -> {});
          return true;
        });
  }

  private Future<@Nullable Boolean> get(Target target) {
    InetAddress ip = target.endpoint.ip();
    String host = Endpoint.text(ip);
    var request =
        new RequestOptions()
            .setHost(ip instanceof Inet6Address ? "[" + host + "]" : host)
            .setPort(target.endpoint.port())
            .setURI(target.how.path())
            .setTimeout(TIMEOUT.toMillis());
    if (!target.how.host().isEmpty()) {
      request.putHeader("Host", target.how.host());
    }
    return http.request(request)
        .compose(HttpClientRequest::send)
        .map(response -> {
          discard(response);
          return answer(response.statusCode());
        });
  }

  /** What follows the head is of no use, and may be without end. */
  private void discard(HttpClientResponse response) {
    HttpConnection connection = response.request().connection();
    long timer = vertx.setTimer(TIMEOUT.toMillis(), _ -> connection.close().onComplete(_ -> {}));
    var length = new int[1];
    response
        .handler(chunk -> {
          length[0] += chunk.length();
          if (length[0] > MAX_BODY) {
            connection.close().onComplete(_ -> {});
          }
        })
        .exceptionHandler(_ -> vertx.cancelTimer(timer))
        .endHandler(_ -> vertx.cancelTimer(timer));
  }

  /** A server error is the answer of one that is starting. */
  private static @Nullable Boolean answer(int status) {
    if (status >= 200 && status < 300) {
      return true;
    }
    return status >= 500 ? null : Boolean.FALSE;
  }
}
