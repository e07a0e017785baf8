package io.rollcall.http;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;

import io.rollcall.core.Metrics;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.TrafficHistory;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A status that a test sets, and ports of the server around it. */
public final class StubStatus implements StatusSource {
  private static final OperatorActions NO_ACTIONS =
      (action, _) -> Future.failedFuture("no action is expected, got " + action);
  private static final SessionLocator NO_SESSIONS = _ -> Future.succeededFuture();

  public Status status = Samples.status(S1, S2);
  public List<Integer> rates = List.of();
  TrafficHistory history = new TrafficHistory();
  Duration sinceTurn = Duration.ZERO;
  @Nullable String unready;
  boolean broken;

  /** Ports with this status, without actions, sessions and metrics. */
  public StatusServer.Ports ports() {
    return ports(NO_ACTIONS, NO_SESSIONS);
  }

  public StatusServer.Ports ports(OperatorActions actions) {
    return ports(actions, NO_SESSIONS);
  }

  StatusServer.Ports ports(SessionLocator sessions) {
    return ports(NO_ACTIONS, sessions);
  }

  private StatusServer.Ports ports(OperatorActions actions, SessionLocator sessions) {
    return new StatusServer.Ports(this, actions, sessions, Metrics.NONE, _ -> "metrics\n");
  }

  @Override
  public Status status() {
    if (broken) {
      throw new IllegalStateException("as this test wants it");
    }
    return status;
  }

  @Override
  public List<Integer> rates(String backend, @Nullable String slot) {
    return rates;
  }

  @Override
  public TrafficHistory history() {
    return history;
  }

  @Override
  public Duration sinceTurn() {
    return sinceTurn;
  }

  @Override
  public @Nullable String unready() {
    return unready;
  }
}
