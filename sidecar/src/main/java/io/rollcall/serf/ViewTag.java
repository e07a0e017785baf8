package io.rollcall.serf;

import io.rollcall.core.model.Member;
import io.rollcall.core.status.Fleet;
import io.rollcall.logging.Logfmt;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes to the other balancers what this one sees, as a tag of its own agent. The tag is
 * compared with each member list and corrected, so an agent that was restarted receives it again.
 * Used on one context.
 */
final class ViewTag {
  private static final Logger LOG = LoggerFactory.getLogger(ViewTag.class);

  /** A tag that changes is work for every agent of the cluster. */
  private static final Duration APART = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final SerfRpc rpc;
  private final Runnable listChanged;
  private @Nullable Member own;
  private boolean paused;
  private boolean missed;
  private boolean failed;

  /**
   * @param listChanged called when a postponed change is due: the member list must be read again
   */
  ViewTag(Vertx vertx, SerfRpc rpc, Runnable listChanged) {
    this.vertx = vertx;
    this.rpc = rpc;
    this.listChanged = listChanged;
  }

  /** Sets the agent's own entry in the member list that was read last; null for none. */
  void listed(@Nullable Member self) {
    own = self;
  }

  /** Sets the tag if the list has another value. Call it for each list that was read. */
  void publish(String view) {
    if (own == null || own.tag(Fleet.VIEW).equals(view)) {
      return;
    }
    if (paused) {
      missed = true;
      return;
    }
    paused = true;
    rpc.setTag(Fleet.VIEW, view).onComplete(this::answered);
  }

  private void answered(AsyncResult<Void> result) {
    if (result.failed() && !failed) {
      LOG.warn(
          "{}",
          Logfmt.of("view-tag-failed")
              .with("tag", Fleet.VIEW)
              .with("text", result.cause().getMessage()));
    }
    failed = result.failed();
    vertx.setTimer(
        APART.toMillis(),
        _ -> {
          paused = false;
          if (missed) {
            missed = false;
            listChanged.run();
          }
        });
  }
}
