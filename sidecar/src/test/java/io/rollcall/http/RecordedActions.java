package io.rollcall.http;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;

import io.rollcall.core.status.Status;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the sidecar would say, to be changed by a test. */
public final class RecordedActions implements StatusSource {
  public static final OperatorActions NO_ORDERS =
      (order, _) -> Future.failedFuture("no order is expected, got " + order);
  public static final SessionLocator NO_SESSIONS = _ -> Future.succeededFuture();

  public Status status = Samples.status(S1, S2);
  Duration sinceTurn = Duration.ZERO;
  @Nullable String unready;
  boolean broken;

  @Override
  public Status status() {
    if (broken) {
      throw new IllegalStateException("as this test wants it");
    }
    return status;
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
