package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.RateHistory;
import io.rollcall.core.status.Status;
import java.util.ArrayList;

/** The whole page for a browser. */
public final class Page {
  private Page() {}

  /**
   * The page as HTML.
   *
   * @param version of the live parts that this status makes
   */
  public static String html(Status status, ViewOptions options, RateHistory history, long version) {
    var pools = new ArrayList<PageView.PoolSection>();
    for (Status.PoolStatus pool : status.pools()) {
      pools.add(
          PoolSections.of(
              pools.size(), pool, options, history, !status.serf().reachable(), status.at()));
    }
    Status.Balancer balancer = status.balancer();
    String name = Sanitizer.visible(Format.value(balancer.name()));
    return Templates.page(
        new PageView(
            Format.name(balancer.state()) + ": Rollcall on " + name,
            name,
            "Rollcall %s on %s; %s".formatted(balancer.version(), name, Format.LEGEND),
            status.at(),
            version,
            options,
            Sanitizer.visible(options.query()),
            PageParts.headline(status),
            SourceParts.of(status),
            pools,
            PageParts.timeline(status.events()),
            PageParts.fleet(status.fleet())));
  }
}
