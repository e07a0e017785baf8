package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.DrainProgress;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.RowCopy;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a member's row of the page. */
final class MemberRows {
  /** Size of the rate chart; its height is less than the picture's by the width of the line. */
  private static final int WIDTH = 60;

  private static final int HEIGHT = 14;

  private static final Pattern PASSED = Pattern.compile("L[4-7]OKC?");

  private MemberRows() {}

  /**
   * The row.
   *
   * @param rates requests in each of the last seconds, the newest last
   * @param serfStale the Serf agent is unreachable: the gossip state may be out of date
   */
  static PageView.RowView of(
      String pool, Status.MemberRow row, List<Integer> rates, boolean serfStale, Instant now) {
    String name = Sanitizer.visible(row.name());
    Status.SessionCounts sessions = row.sessions();
    int highest = rates.isEmpty() ? 0 : Collections.max(rates);
    return new PageView.RowView(
        id(pool, row.name()),
        pool,
        Format.path(pool) + "/members/" + Format.encoded(row.name()) + "/",
        details(pool, row.name()),
        name,
        Format.address(row.address(), row.port()),
        row.slot() == null ? "none" : row.slot(),
        Format.name(row.state()),
        shape(row.state()),
        row.held(),
        row.since(),
        Format.age(row.since(), now),
        Sanitizer.visible(row.why()),
        row.intent() == null ? null : Sanitizer.visible(row.intent()),
        Format.name(row.gossip()),
        serfStale || row.gossip() == MemberStatus.UNKNOWN,
        row.check(),
        disagree(row),
        Format.value(sessions.sticky()),
        Format.value(sessions.current()),
        Format.value(row.requestRate()),
        rates.isEmpty() ? null : points(rates, highest),
        "requests per second in the last " + rates.size() + " s, at most " + highest,
        Format.value(row.errors()),
        row.errors() != null && row.errors() > 0,
        row.reason() == null ? null : row.reason().code(),
        drain(row, now));
  }

  /** The address of a member's details. */
  static String details(String pool, String name) {
    return "/page/member?pool=" + Format.encoded(pool) + "&name=" + Format.encoded(name);
  }

  static PageView.@Nullable DrainView drain(Status.MemberRow row, Instant now) {
    DrainProgress drain = row.drain();
    if (drain == null) {
      return null;
    }
    String seconds =
        Format.age(Duration.between(now, drain.deadline()).plusMillis(999)); // rounded up
    return new PageView.DrainView(
        drain.sessions() == null ? 0 : drain.sessions(),
        drain.sessionsAtStart() == null ? 0 : drain.sessionsAtStart(),
        "waits for %s of %s sessions and %s requests, at most %s"
            .formatted(
                Format.value(drain.sessions()),
                Format.value(drain.sessionsAtStart()),
                Format.value(drain.requests()),
                seconds));
  }

  /**
   * The id of the row in the page: another one for each member, and of letters, digits, hyphens and
   * underscores whatever the names contain.
   */
  static String id(String pool, String name) {
    return "m" + idPart(pool) + "__" + idPart(name);
  }

  /** All other characters become an underscore and their bytes in hexadecimal. */
  private static String idPart(String text) {
    return Format.encoded(text)
        .replace("_", "%5F")
        .replace(".", "%2E")
        .replace("*", "%2A")
        .replace('%', '_');
  }

  static String shape(MemberState state) {
    return switch (state) {
      case SERVING -> "●";
      case SUSPECT -> "◐";
      case JOINING -> "◔";
      case WAITING -> "○";
      case DRAINING -> "▽";
      case DOWN -> "▲";
      case MAINT -> "■";
      case PARKED -> "◇";
      case FAILED -> "✖";
      case REFUSED -> "✕";
      case UNKNOWN -> "?";
      case UNMANAGED -> "·";
    };
  }

  /** Whether gossip and check contradict each other for a slot that may get requests. */
  static boolean disagree(Status.MemberRow row) {
    @Nullable String check = row.check();
    boolean inRotation = row.state().serves() || row.state() == MemberState.DOWN;
    return inRotation
        && check != null
        && row.gossip() != MemberStatus.UNKNOWN
        && PASSED.matcher(check).matches() != (row.gossip() == MemberStatus.ALIVE);
  }

  private static String points(List<Integer> rates, int highest) {
    double step = WIDTH / Math.max(1.0, rates.size() - 1);
    var points = new StringBuilder();
    for (int i = 0; i < rates.size(); i++) {
      long y =
          1 + HEIGHT - (highest == 0 ? 0 : Math.round((double) HEIGHT * rates.get(i) / highest));
      points.append(i == 0 ? "" : " ").append(Math.round(i * step)).append(',').append(y);
    }
    return points.toString();
  }

  /** Everything that a row shows; rows with equal keys look equal, apart from ages. */
  record RowKey(Status.MemberRow row, List<Integer> rates, boolean serfStale) {
    RowKey {
      row = RowCopy.withoutCounters(row);
    }
  }
}
