package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.Summary;
import java.util.ArrayList;
import java.util.List;

/** The parts of the page that are the same whatever a browser filters or sorts by. */
final class PageParts {
  /** Events on the page; the API has all of them. */
  private static final int EVENTS = 50;

  private PageParts() {}

  static PageView.Headline headline(Status status) {
    BalancerState state = status.balancer().state();
    String shape =
        switch (state) {
          case IN_SYNC -> "●";
          case CONVERGING -> "◐";
          case HOLDING -> "◆";
          case DEGRADED -> "▲";
        };
    return new PageView.Headline(Format.name(state), shape, Sanitizer.visible(Summary.of(status)));
  }

  static PageView.PoolHead head(int index, Status.PoolStatus pool) {
    var counts = new ArrayList<PageView.StateCount>();
    for (MemberState state : MemberState.values()) {
      long count = pool.members().stream().filter(row -> row.state() == state).count();
      if (count > 0) {
        counts.add(new PageView.StateCount(Format.name(state), MemberRows.shape(state), count));
      }
    }
    Status.DriftCount drift = pool.drift();
    return new PageView.PoolHead(
        "head" + index,
        pool.backend(),
        Format.path(pool.backend()) + "/release-hold",
        pool.held(),
        Format.value(pool.slots().free()),
        Format.value(pool.slots().total()),
        drift.found() == 0
            ? null
            : "drift: " + drift.found() + " found, " + drift.repaired() + " repaired",
        List.copyOf(counts));
  }

  static PageView.Timeline timeline(List<Status.EventRecord> events) {
    return new PageView.Timeline(
        events.reversed().stream().limit(EVENTS).map(PageParts::event).toList());
  }

  private static PageView.EventView event(Status.EventRecord event) {
    String pool = event.pool() == null ? "" : event.pool();
    return new PageView.EventView(
        event.at().toString(),
        Format.clock(event.at()),
        event.kind(),
        event.member() == null ? "" : Sanitizer.visible(event.member()),
        Sanitizer.visible(event.text()),
        event.slot() == null ? pool : pool + "/" + event.slot(),
        event.tookMicros() == null ? null : Format.micros(event.tookMicros()));
  }

  static PageView.FleetView fleet(List<Status.PeerBalancer> fleet) {
    return new PageView.FleetView(
        fleet.stream()
            .map(peer ->
                new PageView.PeerView(
                    Sanitizer.visible(peer.name()),
                    Format.value(peer.address()),
                    Format.name(peer.state()),
                    peer.agrees() == null
                        ? "unknown whether it agrees"
                        : peer.agrees() ? "sees the same members" : "sees different members"))
            .toList());
  }
}
