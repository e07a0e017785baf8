package io.rollcall.core.status;

import io.rollcall.core.model.ServerCounters;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rows of members with some other values. */
public final class RowCopy {
  private RowCopy() {}

  /** The same with times of another clock. */
  static Status.MemberRow at(Status.MemberRow row, UnaryOperator<Instant> time) {
    DrainProgress drain = row.drain();
    return with(
        row, time.apply(row.since()), row.counters(), drain == null ? null : drain.at(time));
  }

  /** The same without what changes from second to second although nothing happens. */
  public static Status.MemberRow withoutCounters(Status.MemberRow row) {
    return row.counters() == null ? row : with(row, row.since(), null, row.drain());
  }

  private static Status.MemberRow with(
      Status.MemberRow row,
      Instant since,
      @Nullable ServerCounters counters,
      @Nullable DrainProgress drain) {
    return new Status.MemberRow(
        row.name(),
        row.address(),
        row.port(),
        row.slot(),
        row.state(),
        since,
        row.why(),
        row.held(),
        row.intent(),
        row.gossip(),
        row.check(),
        row.tags(),
        row.weight(),
        row.sessions(),
        row.requestRate(),
        row.errors(),
        row.reason(),
        counters,
        drain);
  }
}
