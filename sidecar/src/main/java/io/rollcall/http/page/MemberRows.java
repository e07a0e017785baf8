package io.rollcall.http.page;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A member's row on the page. */
final class MemberRows {
  /** Of the line of rates; its height is one less than the picture's, for the line's own width. */
  private static final int WIDTH = 60;

  private static final int HEIGHT = 14;

  private MemberRows() {}

  /**
   * The row.
   *
   * @param rates requests of each of the last seconds, the newest last
   * @param serfStale the agent does not answer: what it said is old
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
        name,
        Format.address(row.address(), row.port()),
        row.slot() == null ? "none" : row.slot(),
        Format.of(row.state()),
        shape(row.state()),
        row.held(),
        row.since(),
        Format.of(Duration.between(row.since(), now)),
        Sanitizer.visible(row.why()),
        row.intent() == null ? null : Sanitizer.visible(row.intent()),
        Format.of(row.gossip()),
        serfStale || row.gossip() == MemberStatus.UNKNOWN,
        row.check(),
        disagree(row),
        Format.of(sessions.sticky()),
        Format.of(sessions.current()),
        Format.of(sessions.total()),
        Format.of(row.requestRate()),
        rates.isEmpty() ? null : points(rates, highest),
        "requests of each of the last " + rates.size() + " seconds, at most " + highest,
        Format.of(row.errors()),
        row.errors() != null && row.errors() > 0,
        Format.of(row.weight()),
        Sanitizer.visible(Format.tags(row)));
  }

  /** Stable and safe, whatever the name holds. */
  static String id(String pool, String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((pool + '\0' + name).getBytes(StandardCharsets.UTF_8));
      return "m" + HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
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
      case REFUSED -> "✕";
    };
  }

  /** Gossip and check see another thing in a slot that may take requests. */
  static boolean disagree(Status.MemberRow row) {
    @Nullable String check = row.check();
    boolean inRotation = row.state().serves() || row.state() == MemberState.DOWN;
    return inRotation
        && check != null
        && row.gossip() != MemberStatus.UNKNOWN
        && check.matches("L[4-7]OKC?") != (row.gossip() == MemberStatus.ALIVE);
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

  /** What of a row the page shows; equal keys look equal, apart from ages. */
  record RowKey(Status.MemberRow row, List<Integer> rates, boolean serfStale) {}
}
