package io.rollcall.serf;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import io.rollcall.core.status.Fleet;
import io.rollcall.logging.Logfmt;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other balancers what this one sees, by a tag of its own agent. The tag is compared with
 * each member list and put right, so a restarted agent gets it again. Used on one context.
 */
public final class ViewTag {
  private static final Logger LOG = LoggerFactory.getLogger(ViewTag.class);

  /** A tag that changes is work for every agent of the gossip. */
  private static final Duration APART = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final SerfRpc rpc;
  private final Runnable again;
  private boolean paused;
  private boolean missed;
  private boolean refused;

  /**
   * @param again has the member list read once more
   */
  public ViewTag(Vertx vertx, SerfRpc rpc, Runnable again) {
    this.vertx = vertx;
    this.rpc = rpc;
    this.again = again;
  }

  /** For each list that was read, and what is seen in it. */
  public void tell(Roster roster, String self, String view) {
    Member own = roster.get(self);
    if (own == null || own.tag(Fleet.VIEW).equals(view)) {
      return;
    }
    if (paused) {
      missed = true;
      return;
    }
    paused = true;
    rpc.tag(Fleet.VIEW, view).onComplete(this::told);
  }

  private void told(AsyncResult<Void> result) {
    if (result.failed() && !refused) {
      LOG.warn("{}", Logfmt.of("view-tag-failed").with("text", result.cause().getMessage()));
    }
    refused = result.failed();
    vertx.setTimer(
        APART.toMillis(),
        _ -> {
          paused = false;
          if (missed) {
            missed = false;
            again.run();
          }
        });
  }
}
