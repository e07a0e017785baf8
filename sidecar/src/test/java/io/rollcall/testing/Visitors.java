package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/**
 * Clients with cookies of their own, on kept connections; each asks one thing at a time. Nothing is
 * tried twice: what fails is counted as failed. All of it happens on one event loop.
 */
public final class Visitors implements AutoCloseable {
  /** The cookie by which HAProxy keeps a visitor with its server. */
  public static final String STICKY = "ROLLCALL";

  private static final long TICK_MS = 5;

  /** What a visitor does with the cookies that it is given. */
  public enum Habit {
    /** Comes with them the next time. */
    KEEPS,
    /** Stays with those that it had at first. */
    INSISTS
  }

  /**
   * One request and what came of it.
   *
   * @param from the application that answered; empty where none did
   * @param sent the sticky cookie that it went with, given the one it came back with; or empty
   * @param trouble why it failed; empty where it did not
   */
  public record Visit(
      int visitor,
      String from,
      String sent,
      String given,
      Instant began,
      Instant ended,
      String trouble) {
    public boolean ok() {
      return trouble.isEmpty();
    }
  }

  private record Visitor(int number, Habit habit, Map<String, String> cookies) {}

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final HttpClient client;
  private final int port;
  private final List<Visit> visits = new ArrayList<>();
  private final ArrayDeque<Visitor> idle = new ArrayDeque<>();
  private int visitors;
  private long sent;
  private boolean ending;

  /** Nobody asks anything yet. */
  public Visitors(int port) {
    this.port = port;
    // gives up an idle connection well before HAProxy does: else both may act at once
    var options = new HttpClientOptions().setKeepAliveTimeout(5).setDefaultPort(port);
    this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(50));
  }

  /** So many more, each with these cookies to begin with; to be called before they ask. */
  public void come(int count, Habit habit, Map<String, String> cookies) {
    for (int i = 0; i < count; i++) {
      idle.add(new Visitor(visitors++, habit, new HashMap<>(cookies)));
    }
  }

  /** From now on each asks again as soon as it is answered. */
  public void askWithoutPause() {
    context.runOnContext(_ -> List.copyOf(idle).forEach(this::askOnAndOn));
  }

  /** From now on they ask in turn, so many times a second together. */
  public void ask(int perSecond) {
    context.runOnContext(_ -> {
      var began = Instant.now();
      vertx.setPeriodic(
          TICK_MS,
          _ -> {
            long due = Duration.between(began, Instant.now()).toMillis() * perSecond / 1000;
            while (!ending && sent < due && !idle.isEmpty()) {
              Visitor visitor = idle.remove();
              var _ = ask(visitor).onComplete(_ -> idle.add(visitor));
            }
          });
    });
  }

  /** What came of the requests so far. */
  public List<Visit> visits() {
    return onLoop(() -> List.copyOf(visits));
  }

  /** They ask no more; what is under way is waited for. */
  public List<Visit> end() {
    onLoop(() -> ending = true);
    await().until(() -> onLoop(() -> sent == visits.size()));
    return visits();
  }

  /** What failed, for a message. */
  public static Map<String, Long> failures(List<Visit> visits) {
    return visits.stream()
        .filter(visit -> !visit.ok())
        .collect(Collectors.groupingBy(Visit::trouble, TreeMap::new, Collectors.counting()));
  }

  @Override
  public void close() {
    vertx.close().await();
  }

  private void askOnAndOn(Visitor visitor) {
    if (!ending) {
      var _ = ask(visitor).onComplete(_ -> askOnAndOn(visitor));
    }
  }

  private Future<?> ask(Visitor visitor) {
    sent++;
    var began = Instant.now();
    String sticky = visitor.cookies().getOrDefault(STICKY, "");
    return client
        .request(HttpMethod.GET, port, "127.0.0.1", "/")
        .compose(request -> with(visitor, request).send())
        .compose(response -> response.body().map(_ -> seen(visitor, sticky, began, response)))
        .otherwise(
            e -> new Visit(visitor.number, "", sticky, "", began, Instant.now(), String.valueOf(e)))
        .onSuccess(visits::add);
  }

  private static HttpClientRequest with(Visitor visitor, HttpClientRequest request) {
    String cookies =
        visitor.cookies().entrySet().stream()
            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
            .collect(Collectors.joining("; "));
    return cookies.isEmpty() ? request : request.putHeader("cookie", cookies);
  }

  private static Visit seen(
      Visitor visitor, String sent, Instant began, HttpClientResponse response) {
    var given = new HashMap<String, String>();
    for (String line : response.cookies()) {
      String[] pair = line.split(";", 2)[0].split("=", 2);
      given.put(pair[0], pair[1]);
    }
    if (visitor.habit() == Habit.KEEPS) {
      visitor.cookies().putAll(given);
    }
    int status = response.statusCode();
    String from = response.getHeader(SessionApp.FROM);
    return new Visit(
        visitor.number,
        from == null ? "" : from,
        sent,
        given.getOrDefault(STICKY, ""),
        began,
        Instant.now(),
        status == 200 ? "" : "status " + status);
  }

  private <T> T onLoop(Callable<T> work) {
    var done = new FutureTask<>(work);
    context.runOnContext(_ -> done.run());
    try {
      return done.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
