package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.HealthStatus;
import io.rollcall.core.status.PoolStatusBuilder;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.StatusProblem;
import io.rollcall.core.status.Summary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The parts of the page that are the same whatever a browser filters or sorts by. */
final class PageParts {
  /** Events on the page; the API has all of them. */
  private static final int EVENTS = 50;

  private static final int INCIDENTS = 5;

  private PageParts() {}

  static PageView.Headline headline(Status status) {
    HealthStatus health = status.balancer().health();
    BalancerState state = status.balancer().state();
    boolean calm = health == HealthStatus.OK && state == BalancerState.IN_SYNC;
    boolean observed =
        calm
            && status.pools().stream()
                .anyMatch(pool -> !PoolStatusBuilder.notPutIn(pool).isEmpty());
    String shape =
        switch (health) {
          case OK -> observed ? "◇" : calm ? "●" : "◐";
          case WARNING -> "◆";
          case CRITICAL -> "▲";
        };
    return new PageView.Headline(
        observed ? "observed" : Format.name(health == HealthStatus.OK ? state : health),
        shape,
        Summary.parts(status).stream()
            .map(part ->
                new PageView.HeadlinePart(
                    Sanitizer.visible(part.text()),
                    part.since(),
                    part.since() == null ? "" : Format.age(part.since(), status.at())))
            .toList());
  }

  static PageView.ProblemList problems(Status status) {
    var all = new ArrayList<PageView.ProblemView>();
    for (StatusProblem problem : status.balancer().problems()) {
      all.add(
          new PageView.ProblemView(
              "copy" + all.size(),
              Format.name(problem.severity()),
              problem.severity() == EventKind.Severity.CRITICAL ? "▲" : "◆",
              problem.pool() == null ? "" : problem.pool(),
              Sanitizer.visible(problem.title()),
              Sanitizer.visible(problem.detail()),
              problem.since(),
              Format.age(problem.since(), status.at()),
              problem.command(),
              problem.reason().code(),
              problem.help()));
    }
    return new PageView.ProblemList(List.copyOf(all));
  }

  static PageView.PoolHead head(int index, Status.PoolStatus pool) {
    Status.DriftCount drift = pool.drift();
    return new PageView.PoolHead(
        "head" + index,
        pool.backend(),
        Format.path(pool.backend()) + "/release-hold",
        pool.held(),
        pool.observe(),
        pool.planned().stream().map(Sanitizer::visible).toList(),
        Format.value(pool.slots().free()),
        Format.value(pool.slots().total()),
        drift.found() == 0
            ? null
            : "drift: " + drift.found() + " found, " + drift.repaired() + " repaired");
  }

  static EventView.EventList timeline(List<Status.EventRecord> events, Instant now) {
    return new EventView.EventList(
        EventParts.items(events.subList(Math.max(0, events.size() - EVENTS), events.size()), now),
        EventParts.incidents(events, INCIDENTS, now));
  }

  static PageView.FleetView fleet(List<Status.PeerBalancer> fleet, PageLinks links) {
    return new PageView.FleetView(
        fleet.stream()
            .map(peer ->
                new PageView.PeerView(
                    Sanitizer.visible(peer.name()),
                    Format.value(peer.address()),
                    links.balancer(peer.address()),
                    Format.name(peer.state()),
                    peer.agrees() == null
                        ? "unknown whether it agrees"
                        : peer.agrees() ? "sees the same members" : "sees different members"))
            .toList());
  }
}
