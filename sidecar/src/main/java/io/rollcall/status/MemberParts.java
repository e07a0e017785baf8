package io.rollcall.status;

import io.rollcall.core.Gossip;
import io.rollcall.core.MemberState;
import io.rollcall.core.Status;
import io.rollcall.core.VisibleText;
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
final class MemberParts {
  /** Of the line of rates; its height is one less than the picture's, for the line's own width. */
  private static final int WIDTH = 60;

  private static final int HEIGHT = 14;

  private MemberParts() {}

  /**
   * The row.
   *
   * @param rates requests of each of the last seconds, the newest last
   * @param serfStale the agent does not answer: what it said is old
   */
  static PageView.Member of(
      String pool, Status.Row row, List<Integer> rates, boolean serfStale, Instant now) {
    String name = VisibleText.of(row.name());
    Status.Sessions sessions = row.sessions();
    int highest = rates.isEmpty() ? 0 : Collections.max(rates);
    return new PageView.Member(
        id(pool, row.name()),
        pool,
        Words.path(pool) + "/members/" + Words.encoded(row.name()) + "/",
        name,
        Words.address(row.address(), row.port()),
        row.slot() == null ? "none" : row.slot(),
        Words.of(row.state()),
        shape(row.state()),
        row.held(),
        row.since(),
        Words.of(Duration.between(row.since(), now)),
        VisibleText.of(row.why()),
        row.intent() == null ? null : VisibleText.of(row.intent()),
        Words.of(row.gossip()),
        serfStale || row.gossip() == Gossip.UNKNOWN,
        row.check(),
        disagree(row),
        Words.of(sessions.sticky()),
        Words.of(sessions.current()),
        Words.of(sessions.total()),
        Words.of(row.requestRate()),
        rates.isEmpty() ? null : points(rates, highest),
        "requests of each of the last " + rates.size() + " seconds, at most " + highest,
        Words.of(row.errors()),
        row.errors() != null && row.errors() > 0,
        Words.of(row.weight()),
        VisibleText.of(Words.tags(row)));
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
  static boolean disagree(Status.Row row) {
    @Nullable String check = row.check();
    boolean inRotation = row.state().serves() || row.state() == MemberState.DOWN;
    return inRotation
        && check != null
        && row.gossip() != Gossip.UNKNOWN
        && check.matches("L[4-7]OKC?") != (row.gossip() == Gossip.ALIVE);
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
  record Key(Status.Row row, List<Integer> rates, boolean serfStale) {}
}
