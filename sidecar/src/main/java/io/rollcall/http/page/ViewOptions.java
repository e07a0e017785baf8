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
 * The filter and the order of the page. They are part of its address, so that they work without
 * JavaScript and in bookmarks.
 *
 * @param query text that a name, address, slot, state or tag must contain; empty for all members
 * @param sort a key of {@link #ORDERS}; empty for the default order
 * @param all show all rows, however many there are
 */
public record ViewOptions(String query, String sort, boolean all) {
  /** Rows beyond this number are hidden unless {@link #all} is set. */
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

  /** The options in the address of this request; invalid ones are ignored. */
  public static ViewOptions of(HttpServerRequest request) {
    String query = request.getParam("q", "").strip();
    String sort = request.getParam("sort", "");
    return new ViewOptions(
        query.substring(0, Math.min(query.length(), MAX_QUERY)),
        ORDERS.containsKey(sort) ? sort : "",
        request.getParam("all") != null);
  }

  /** The order for a pool of this size: members in trouble must not be hidden. */
  String order(int members) {
    if (!sort.isEmpty()) {
      return sort;
    }
    return members > FOLD ? "state" : "name";
  }

  /** All matching rows in order, hidden ones too. */
  List<Status.MemberRow> rows(List<Status.MemberRow> members) {
    var rows = new ArrayList<>(members.stream().filter(this::matches).toList());
    rows.sort(ORDERS.getOrDefault(order(members.size()), BY_NAME));
    return rows;
  }

  ViewOptions sortedBy(String by) {
    return new ViewOptions(query, by, all);
  }

  ViewOptions withAll() {
    return new ViewOptions(query, sort, true);
  }

  /** The address of the page with these options. */
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

  private boolean matches(Status.MemberRow row) {
    return query.isEmpty()
        || in(row.name())
        || (row.address() != null && in(row.address()))
        || (row.slot() != null && in(row.slot()))
        || in(Format.name(row.state()))
        || row.tags().entrySet().stream().anyMatch(tag -> in(tag.getKey() + "=" + tag.getValue()));
  }

  private boolean in(String text) {
    return text.toLowerCase(Locale.ROOT).contains(query.toLowerCase(Locale.ROOT));
  }

  private static long number(@Nullable Number number) {
    return number == null ? -1 : number.longValue();
  }
}
