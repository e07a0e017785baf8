package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.HealthStatus;
import io.rollcall.core.status.RateHistory;
import io.rollcall.core.status.Status;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The whole page for a browser. */
public final class Page {
  private Page() {}

  /**
   * The page as HTML, in UTF-8.
   *
   * @param version of the live parts that this status makes
   * @param host the header {@code Host} of the request, null for none
   * @param login the name of the token that the browser has logged in with, null if it has not
   */
  public static Buffer html(
      Status status,
      ViewOptions options,
      RateHistory history,
      long version,
      PageLinks links,
      @Nullable String host,
      @Nullable String login) {
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
            Format.name(balancer.health() == HealthStatus.OK ? balancer.state() : balancer.health())
                + ": Rollcall on "
                + name,
            name,
            "Rollcall %s on %s; %s".formatted(balancer.version(), name, Format.LEGEND),
            status.at(),
            version,
            options,
            Sanitizer.visible(options.query()),
            PageParts.headline(status),
            PageParts.problems(status),
            SourceParts.of(status),
            pools,
            PageParts.timeline(status.events(), status.at()),
            PageParts.fleet(status.fleet(), links),
            links.haproxy(host),
            login));
  }
}
