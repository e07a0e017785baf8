package io.rollcall.http.page;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.Format;
import io.rollcall.core.status.ReasonCode;
import io.rollcall.core.status.Status;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The filter and the order of the page. They are part of its address, so that they work without
 * JavaScript and in bookmarks.
 *
 * @param query text that a name, address, slot, state or tag must contain; empty for all members
 * @param state only members in this state, or {@link #ATTENTION}; empty for all
 * @param sort a key of {@link #ORDERS}; empty for the default order
 * @param all show all rows, however many there are
 */
public record ViewOptions(String query, String state, String sort, boolean all) {
  /** In place of a state: the members that need attention. */
  static final String ATTENTION = "attention";

  /** Rows beyond this number are hidden unless {@link #all} is set. */
  static final int FOLD = 100;

  private static final int MAX_QUERY = 200;

  private static final Comparator<Status.MemberRow> BY_NAME =
      Comparator.comparingInt((Status.MemberRow row) -> row.name().length())
          .thenComparing(Status.MemberRow::name);

  /** Those that need attention first, whatever the order; the worst of them first. */
  private static final Comparator<Status.MemberRow> TROUBLE_FIRST =
      Comparator.comparing(
          Status.MemberRow::reason,
          Comparator.<@Nullable ReasonCode>nullsLast(Comparator.naturalOrder()));

  private static final Comparator<Status.MemberRow> BY_STATE =
      Comparator.comparing(Status.MemberRow::state).thenComparing(BY_NAME);

  private static final Set<String> STATES =
      Stream.concat(
              Stream.of(ATTENTION),
              Stream.of(MemberState.values()).map(value -> Format.name(value)))
          .collect(Collectors.toUnmodifiableSet());

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
    String state = request.getParam("state", "");
    String sort = request.getParam("sort", "");
    return new ViewOptions(
        query.substring(0, Math.min(query.length(), MAX_QUERY)),
        STATES.contains(state) ? state : "",
        ORDERS.containsKey(sort) ? sort : "",
        request.getParam("all") != null);
  }

  /** The key of the order. */
  String order() {
    return sort.isEmpty() ? "name" : sort;
  }

  /** All matching rows in order, hidden ones too. */
  List<Status.MemberRow> rows(List<Status.MemberRow> members) {
    var rows = new ArrayList<>(members.stream().filter(this::matches).toList());
    rows.sort(TROUBLE_FIRST.thenComparing(ORDERS.getOrDefault(order(), BY_NAME)));
    return rows;
  }

  ViewOptions sortedBy(String by) {
    return new ViewOptions(query, state, by, all);
  }

  ViewOptions withAll() {
    return new ViewOptions(query, state, sort, true);
  }

  /** Only members in this state; all of them if that is shown already. */
  ViewOptions only(String other) {
    return new ViewOptions(query, other.equals(state) ? "" : other, sort, all);
  }

  /** The address of the page with these options. */
  String link() {
    var parts = new ArrayList<String>();
    if (!query.isEmpty()) {
      parts.add("q=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }
    if (!state.isEmpty()) {
      parts.add("state=" + state);
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
    return isIn(row) && contains(row);
  }

  private boolean isIn(Status.MemberRow row) {
    return state.isEmpty()
        || (state.equals(ATTENTION)
            ? row.reason() != null
            : Format.name(row.state()).equals(state));
  }

  private boolean contains(Status.MemberRow row) {
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
