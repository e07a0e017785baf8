package io.rollcall.metrics;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one series of a metric stands for: a member, or all members of a pool beyond {@code
 * metrics.maxMembers} together.
 *
 * @param member the label; {@link #OTHERS} for several
 */
record MemberSeries(Status.PoolStatus pool, String member, List<Status.MemberRow> rows) {
  /** No name that Serf validates has parentheses. */
  static final String OTHERS = "(others)";

  /** The first members by pool and name have their own, whatever their state. */
  static List<MemberSeries> of(List<Status.PoolStatus> pools, int maxMembers) {
    var series = new ArrayList<MemberSeries>();
    int left = maxMembers;
    for (Status.PoolStatus pool : pools) {
      List<Status.MemberRow> rows =
          pool.members().stream().sorted(Comparator.comparing(Status.MemberRow::name)).toList();
      int own = Math.min(left, rows.size());
      left -= own;
      for (Status.MemberRow row : rows.subList(0, own)) {
        series.add(new MemberSeries(pool, Sanitizer.visible(row.name()), List.of(row)));
      }
      if (own < rows.size()) {
        series.add(new MemberSeries(pool, OTHERS, rows.subList(own, rows.size())));
      }
    }
    return series;
  }

  boolean others() {
    return member.equals(OTHERS);
  }

  /** The sum of the known values; NaN if none is known. */
  double sum(Function<Status.MemberRow, @Nullable Number> value) {
    double sum = Double.NaN;
    for (Status.MemberRow row : rows) {
      Number known = value.apply(row);
      if (known != null) {
        sum = Double.isNaN(sum) ? known.doubleValue() : sum + known.doubleValue();
      }
    }
    return sum;
  }
}
