package io.rollcall.http;

import io.rollcall.core.status.TrafficHistory;
import io.rollcall.core.status.TrafficMark;
import io.rollcall.core.status.TrafficSeries;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The numbers behind the charts, as JSON. */
final class HistoryRoutes {
  private final StatusSource source;

  HistoryRoutes(StatusSource source) {
    this.source = source;
  }

  void addTo(Router router) {
    Routes.get(router, "/api/v1/history").handler(this::history);
  }

  /**
   * The history of all pools.
   *
   * @param range {@code hour} or {@code day}
   */
  private record HistoryAnswer(String range, List<PoolAnswer> pools) {}

  /**
   * A series, oldest first; null for a step in which nothing was recorded.
   *
   * @param at when the first step begins
   * @param up at least so many were up
   */
  private record SeriesAnswer(
      Instant at,
      int stepSeconds,
      List<@Nullable Integer> requests,
      List<@Nullable Integer> errors,
      List<@Nullable Integer> up) {
    static SeriesAnswer of(TrafficSeries series, Instant now) {
      long second = now.getEpochSecond();
      return new SeriesAnswer(
          Instant.ofEpochSecond(series.from(second)),
          series.stepSeconds(),
          recorded(series.requests(second), series.up(second)),
          recorded(series.errors(second), series.up(second)),
          series.up(second));
    }

    private static List<@Nullable Integer> recorded(
        List<Integer> counts, List<@Nullable Integer> up) {
      var recorded = new ArrayList<@Nullable Integer>();
      for (int i = 0; i < counts.size(); i++) {
        recorded.add(up.get(i) == null ? null : counts.get(i));
      }
      return recorded;
    }
  }

  private record PoolAnswer(
      String backend, SeriesAnswer series, List<MarkAnswer> marks, List<MemberAnswer> members) {}

  private record MarkAnswer(Instant at, String kind, String member) {}

  private record MemberAnswer(String name, SeriesAnswer series) {}

  private void history(RoutingContext ctx) {
    String range = ctx.request().getParam("range", "hour");
    if (!range.equals("hour") && !range.equals("day")) {
      Problem.send(ctx, 400, "range: expected hour or day");
      return;
    }
    String wanted = ctx.request().getParam("pool", "");
    boolean withMembers = ctx.request().getParam("members") != null;
    TrafficHistory history = source.history();
    Instant now = source.status().at();
    var pools = new ArrayList<PoolAnswer>();
    for (String pool : history.pools()) {
      TrafficSeries series = range.equals("hour") ? history.hour(pool) : history.day(pool);
      if (series != null && (wanted.isEmpty() || wanted.equals(pool))) {
        SeriesAnswer answer = SeriesAnswer.of(series, now);
        pools.add(
            new PoolAnswer(
                pool,
                answer,
                history.marks(pool, answer.at()).stream().map(HistoryRoutes::mark).toList(),
                withMembers ? members(history, pool, now) : List.of()));
      }
    }
    Responses.json(ctx, new HistoryAnswer(range, pools));
  }

  private static List<MemberAnswer> members(TrafficHistory history, String pool, Instant now) {
    var members = new ArrayList<MemberAnswer>();
    for (String name : history.members(pool)) {
      TrafficSeries series = history.member(new TrafficHistory.MemberId(pool, name));
      if (series != null) {
        members.add(new MemberAnswer(name, SeriesAnswer.of(series, now)));
      }
    }
    return members;
  }

  private static MarkAnswer mark(TrafficMark mark) {
    return new MarkAnswer(mark.at(), mark.kind(), mark.member());
  }
}
