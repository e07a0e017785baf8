package io.rollcall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.core.Sanitizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks balancers again and again until members are in a state on all of them. */
final class MemberWait {
  private static final long PAUSE_MS = 200;

  /** The states of a member that takes no requests and has none left. */
  private static final Set<String> GONE = Set.of("parked", "maint", "failed", "waiting", "refused");

  /** What is waited for. */
  enum Goal {
    /** In every pool that has the member HAProxy gives it requests. */
    serving,
    /** No pool gives the member requests, and none is left. */
    gone
  }

  /**
   * One thing that is not so.
   *
   * @param balancer its name or address
   * @param member null if the balancer itself cannot say
   * @param found one line
   */
  record Disagreement(String balancer, @Nullable String member, String found) {
    @Override
    public String toString() {
      return balancer + ": " + (member == null ? "" : member + " ") + found;
    }
  }

  /**
   * The end of a wait.
   *
   * @param disagreements empty if it is so
   * @param reachable the first balancer answered the last request
   */
  record WaitResult(List<Disagreement> disagreements, boolean reachable) {}

  private final ApiEndpoint own;
  private final List<String> names;
  private final Goal goal;
  private final @Nullable String pool;
  private boolean reachable;

  MemberWait(ApiEndpoint own, List<String> names, Goal goal, @Nullable String pool) {
    this.own = own;
    this.names = List.copyOf(names);
    this.goal = goal;
    this.pool = pool;
  }

  /**
   * Waits; blocks for at most this time and the answers of one more round.
   *
   * @param all ask every balancer that is alive in gossip, at its address with the port, the scheme
   *     and the token of the first
   */
  WaitResult run(boolean all, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      List<Disagreement> found = check(all);
      if (found.isEmpty() || System.nanoTime() - end >= 0) {
        return new WaitResult(found, reachable);
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new WaitResult(found, reachable);
      }
    }
  }

  private List<Disagreement> check(boolean all) {
    var found = new ArrayList<Disagreement>();
    JsonNode status = status(own, own.url().getAuthority(), found);
    reachable = status != null;
    if (status == null) {
      return found;
    }
    if (all) {
      PeerEndpoint.peers(own, status).forEach(peer -> status(peer.endpoint(), peer.name(), found));
    }
    return found;
  }

  /** Null if there is no answer, which is a disagreement too. */
  private @Nullable JsonNode status(ApiEndpoint endpoint, String asked, List<Disagreement> found) {
    JsonNode status;
    try {
      status = endpoint.client().get("/api/v1/status");
    } catch (CliFailure e) {
      found.add(new Disagreement(asked, null, "no answer: " + e.line()));
      return null;
    }
    String balancer = PeerEndpoint.own(endpoint, status).name();
    if (!status.at("/haproxy/reachable").asBoolean()) {
      found.add(new Disagreement(balancer, null, "HAProxy is unreachable"));
    }
    for (String member : names) {
      String line = disagreement(status, member);
      if (line != null) {
        found.add(new Disagreement(balancer, member, line));
      }
    }
    return status;
  }

  private @Nullable String disagreement(JsonNode status, String member) {
    boolean listed = false;
    for (JsonNode each : status.path("pools")) {
      String backend = each.path("backend").asText();
      if (pool != null && !pool.equals(backend)) {
        continue;
      }
      for (JsonNode row : each.path("members")) {
        if (row.path("name").asText().equals(member)) {
          listed = true;
          String state = row.path("state").isTextual() ? row.path("state").asText() : "unknown";
          boolean agrees = goal == Goal.gone ? GONE.contains(state) : state.equals(goal.name());
          if (!agrees) {
            return "is %s in %s (%s)"
                .formatted(state, backend, Sanitizer.line(row.path("why").asText(), 200));
          }
        }
      }
    }
    return listed || goal == Goal.gone ? null : "is in no pool";
  }
}
