package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.ServerCounters;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.NextStep;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.TrafficHistory;
import io.rollcall.core.status.TrafficSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that is known of one member: a page of its own, and the details in its row. */
public final class MemberPage {
  private final Status.MemberRow row;
  private final String pool;
  private final @Nullable String nextStep;
  private final Instant now;
  private final List<MemberView.Fact> facts = new ArrayList<>();

  private MemberPage(Status status, Status.PoolStatus pool, Status.MemberRow row) {
    this.row = row;
    this.pool = pool.backend();
    this.nextStep =
        row.reason() == null
            ? null
            : NextStep.of(
                row.reason(), pool, row, NextStep.alone(status.pools(), status.serf().reachable()));
    this.now = status.at();
  }

  /**
   * The page as HTML; null if the pool has no such member.
   *
   * @param pool the backend
   * @param name of the member, as it is in the status
   * @param history of the last hour
   */
  public static @Nullable String html(
      Status status, String pool, String name, TrafficHistory history) {
    for (Status.PoolStatus of : status.pools()) {
      for (Status.MemberRow row : of.members()) {
        if (of.backend().equals(pool) && row.name().equals(name)) {
          return Templates.render(
              "member",
              Map.of(
                  "member",
                  new MemberPage(status, of, row)
                      .view(history.member(new TrafficHistory.MemberId(pool, name)))));
        }
      }
    }
    return null;
  }

  private MemberView view(@Nullable TrafficSeries hour) {
    add("Why", Sanitizer.visible(row.why()));
    add("Intent", row.intent() == null ? null : Sanitizer.visible(row.intent()));
    add("Address", Format.address(row.address(), row.port()));
    add("Slot", row.slot() == null ? "none" : pool + "/" + row.slot());
    add("Gossip", Format.name(row.gossip()));
    add("Tags", Sanitizer.visible(Format.tags(row)));
    add("Weight", Format.value(row.weight()));
    add(
        "Sessions",
        "%s tracked, %s in progress, %s since HAProxy started"
            .formatted(
                Format.value(row.sessions().sticky()),
                Format.value(row.sessions().current()),
                Format.value(row.sessions().total())));
    check();
    if (row.counters() != null) {
      counters(row.counters());
    }
    return new MemberView(
        now,
        Sanitizer.visible(row.name()),
        pool,
        MemberRows.details(pool, row.name()),
        Format.name(row.state()),
        MemberRows.shape(row.state()),
        row.since(),
        Format.age(row.since(), now),
        nextStep,
        row.reason() == null ? "" : row.reason().code(),
        row.reason() == null ? "" : row.reason().help(),
        MemberRows.drain(row, now),
        List.copyOf(facts),
        HourStrip.of(hour, now));
  }

  private void check() {
    ServerCounters counters = row.counters();
    String took = counters == null ? "" : ", took " + counters.checkMillis() + " ms";
    add("Last check", row.check() == null ? null : row.check() + took);
  }

  private void counters(ServerCounters c) {
    add(
        "Up or down since",
        "%s; down for %s in all".formatted(age(c.changedSeconds()), age(c.downSeconds())));
    add(
        "Responses",
        "2xx: %,d, 3xx: %,d, 4xx: %,d, 5xx: %,d"
            .formatted(c.responses2xx(), c.responses3xx(), c.responses4xx(), c.responses5xx()));
    add(
        "Average times",
        "queue %d ms, connect %d ms, response %d ms"
            .formatted(c.queueMillis(), c.connectMillis(), c.responseMillis()));
    add("Bytes", "%s to the server, %s from it".formatted(bytes(c.bytesIn()), bytes(c.bytesOut())));
    add(
        "Failed",
        "%s errors, %,d retries, %,d redispatches, aborted: %,d by clients, %,d by the server"
            .formatted(
                Format.value(row.errors()),
                c.retries(),
                c.redispatches(),
                c.clientAborts(),
                c.serverAborts()));
  }

  private void add(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.add(new MemberView.Fact(name, value));
    }
  }

  private static String age(long seconds) {
    return Format.age(Duration.ofSeconds(seconds));
  }

  /** {@code 12.3 MB}. */
  private static String bytes(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}
