package io.rollcall.http.page;

import io.rollcall.core.status.Format;
import io.rollcall.core.status.Status;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which members of a pool somebody wants to see, and in which order: the query of the page's
 * address, so that it works without a script and can be kept as a bookmark.
 *
 * @param query text that a name, address, slot, state or tag must hold; empty for all
 * @param sort a key of {@link #ORDERS}; empty for the default
 * @param all all rows, however many there are
 */
public record ViewOptions(String query, String sort, boolean all) {
  /** More rows than this are folded until they are asked for. */
  static final int FOLD = 100;

  private static final int MAX_QUERY = 200;

  private static final Comparator<Status.MemberRow> BY_NAME =
      Comparator.comparingInt((Status.MemberRow row) -> row.name().length())
          .thenComparing(Status.MemberRow::name);

  /** The worst first. */
  private static final Comparator<Status.MemberRow> BY_STATE =
      Comparator.comparingInt((Status.MemberRow row) ->
              switch (row.state()) {
                case DOWN -> 0;
                case REFUSED, WAITING -> row.held() ? 1 : 2;
                case SUSPECT, JOINING, DRAINING, MAINT -> 3;
                case SERVING -> row.held() ? 1 : 4;
                case PARKED -> 5;
              })
          .thenComparing(BY_NAME);

  private static final Map<String, Comparator<Status.MemberRow>> ORDERS =
      Map.of(
          "name", BY_NAME,
          "state", BY_STATE,
          "slot",
              Comparator.comparingInt(
                      (Status.MemberRow row) -> row.slot() == null ? 0 : row.slot().length())
                  .thenComparing(row -> row.slot() == null ? "" : row.slot())
                  .thenComparing(BY_NAME),
          "sessions",
              Comparator.comparingLong((Status.MemberRow row) -> -number(row.sessions().sticky()))
                  .thenComparing(BY_NAME),
          "rate",
              Comparator.comparingLong((Status.MemberRow row) -> -number(row.requestRate()))
                  .thenComparing(BY_NAME),
          "errors",
              Comparator.comparingLong((Status.MemberRow row) -> -number(row.errors()))
                  .thenComparing(BY_NAME));

  /** Whatever is of no use in the query counts as not given. */
  public static ViewOptions of(HttpServerRequest request) {
    String query = request.getParam("q", "").strip();
    String sort = request.getParam("sort", "");
    return new ViewOptions(
        query.substring(0, Math.min(query.length(), MAX_QUERY)),
        ORDERS.containsKey(sort) ? sort : "",
        request.getParam("all") != null);
  }

  /** The order in which a pool of this size is shown: what is wrong must not be folded away. */
  String order(int members) {
    if (!sort.isEmpty()) {
      return sort;
    }
    return members > FOLD ? "state" : "name";
  }

  /** All rows that the view holds, folded ones too. */
  List<Status.MemberRow> rows(List<Status.MemberRow> members) {
    var rows = new ArrayList<>(members.stream().filter(this::holds).toList());
    rows.sort(ORDERS.getOrDefault(order(members.size()), BY_NAME));
    return rows;
  }

  ViewOptions sorted(String by) {
    return new ViewOptions(query, by, all);
  }

  ViewOptions whole() {
    return new ViewOptions(query, sort, true);
  }

  /** The address of the page with this view. */
  String link() {
    var parts = new ArrayList<String>();
    if (!query.isEmpty()) {
      parts.add("q=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }
    if (!sort.isEmpty()) {
      parts.add("sort=" + sort);
    }
    if (all) {
      parts.add("all=1");
    }
    return parts.isEmpty() ? "/" : "/?" + String.join("&", parts);
  }

  private boolean holds(Status.MemberRow row) {
    return query.isEmpty()
        || in(row.name())
        || (row.address() != null && in(row.address()))
        || (row.slot() != null && in(row.slot()))
        || in(Format.of(row.state()))
        || row.tags().entrySet().stream().anyMatch(tag -> in(tag.getKey() + "=" + tag.getValue()));
  }

  private boolean in(String text) {
    return text.toLowerCase(Locale.ROOT).contains(query.toLowerCase(Locale.ROOT));
  }

  private static long number(@Nullable Number number) {
    return number == null ? -1 : number.longValue();
  }
}
