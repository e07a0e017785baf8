package io.rollcall.http.page;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.RateHistory;
import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a pool's section of the page, filtered and sorted. */
final class PoolSections {
  private PoolSections() {}

  static PageView.PoolSection of(
      int index,
      Status.PoolStatus pool,
      ViewOptions view,
      RateHistory history,
      boolean serfStale,
      Instant now) {
    List<Status.MemberRow> found = view.rows(pool.members());
    boolean folds = !view.all() && found.size() > ViewOptions.FOLD;
    List<Status.MemberRow> shown = folds ? found.subList(0, ViewOptions.FOLD) : found;
    return new PageView.PoolSection(
        "pool" + index,
        pool.backend(),
        view.link(),
        PageParts.head(index, pool),
        counts(index, pool, view),
        columns(index, view, view.order()),
        shown.stream()
            .map(row ->
                MemberRows.of(
                    pool.backend(), row, history.rates(pool.backend(), row.slot()), serfStale, now))
            .toList(),
        pool.members().isEmpty() ? "No members yet." : "No matching members.",
        (found.size() - shown.size()) + " more members are hidden.",
        folds ? view.withAll().link() : null);
  }

  /** How many members are in each state; each count is a filter. */
  private static List<PageView.StateCount> counts(
      int index, Status.PoolStatus pool, ViewOptions view) {
    var counts = new ArrayList<PageView.StateCount>();
    long attention = pool.members().stream().filter(row -> row.reason() != null).count();
    if (attention > 0) {
      counts.add(count(index, view, ViewOptions.ATTENTION, "need attention", "◆", attention));
    }
    var states = new EnumMap<MemberState, Long>(MemberState.class);
    pool.members().forEach(row -> states.merge(row.state(), 1L, Long::sum));
    states.forEach((state, count) -> {
      String name = Format.name(state);
      counts.add(count(index, view, name, name, MemberRows.shape(state), count));
    });
    return List.copyOf(counts);
  }

  private static PageView.StateCount count(
      int index, ViewOptions view, String state, String text, String shape, long count) {
    return new PageView.StateCount(
        "only" + index + "-" + state,
        state,
        text,
        shape,
        count,
        view.only(state).link(),
        view.state().equals(state));
  }

  private static List<PageView.Column> columns(int index, ViewOptions view, String order) {
    var columns = new ArrayList<PageView.Column>();
    column(columns, index, view, order, "Member", "", "name");
    column(columns, index, view, order, "State", "", "state");
    column(columns, index, view, order, "Address", "", null);
    column(columns, index, view, order, "Slot", "", "slot");
    column(columns, index, view, order, "Gossip / check", "", null);
    column(columns, index, view, order, "Sessions", "num", "sessions");
    column(columns, index, view, order, "Requests/s", "num", "rate");
    column(columns, index, view, order, "Errors", "num", "errors");
    return columns;
  }

  private static void column(
      List<PageView.Column> columns,
      int index,
      ViewOptions view,
      String order,
      String title,
      String kind,
      @Nullable String sort) {
    columns.add(
        new PageView.Column(
            "sort" + index + "-" + sort,
            title,
            kind,
            sort == null ? null : view.sortedBy(sort).link(),
            order.equals(sort),
            kind.isEmpty() ? "ascending" : "descending"));
  }
}
