package io.rollcall.http.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the templates of the page show. Foreign texts have been made visible by {@link
 * io.rollcall.core.Sanitizer}; the templates escape all texts for HTML. Parts that are equal look
 * equal, apart from ages, which the page keeps counting by itself.
 *
 * @param version of the live parts
 * @param now the instant of the status, by the sidecar's clock
 */
record PageView(
    String title,
    String balancer,
    String footer,
    Instant now,
    long version,
    ViewOptions view,
    String query,
    Headline headline,
    Sources sources,
    List<PoolSection> pools,
    Timeline timeline,
    FleetView fleet) {

  record Headline(String state, String shape, String text) {}

  record Sources(List<SourceView> all) {}

  /**
   * A system that the sidecar uses.
   *
   * @param ok it works
   * @param word its state, one word
   * @param fresh what happened at that time: {@code slots read}
   */
  record SourceView(
      String name,
      boolean ok,
      String word,
      String fresh,
      @Nullable Instant at,
      String age,
      String details) {}

  /**
   * A pool, filtered and sorted.
   *
   * @param self the address of the page with this filter and order
   * @param nothing what is shown if there are no rows
   * @param hidden how many rows are hidden
   * @param more the address of the page with all rows; null if all are shown
   */
  record PoolSection(
      String id,
      String backend,
      String self,
      PoolHead head,
      List<Column> columns,
      List<RowView> rows,
      String nothing,
      String hidden,
      @Nullable String more) {}

  record PoolHead(
      String id,
      String backend,
      String path,
      boolean held,
      String free,
      String total,
      @Nullable String drift,
      List<StateCount> counts) {}

  record StateCount(String state, String shape, long count) {}

  record Column(
      String id, String title, String kind, @Nullable String link, boolean sorted, String order) {}

  /**
   * A member.
   *
   * @param spark points of the rate chart; null if no rates are known
   * @param path its path in the API, percent-encoded, ended by a slash
   */
  record RowView(
      String id,
      String pool,
      String path,
      String name,
      String address,
      String slot,
      String state,
      String shape,
      boolean held,
      Instant since,
      String age,
      String why,
      @Nullable String intent,
      String gossip,
      boolean serfStale,
      @Nullable String check,
      boolean disagree,
      String sticky,
      String current,
      String total,
      String rate,
      @Nullable String spark,
      String sparkText,
      String errors,
      boolean erred,
      String weight,
      String tags) {}

  record Timeline(List<EventView> events) {}

  record EventView(
      String at,
      String clock,
      String kind,
      String member,
      String text,
      String where,
      @Nullable String took) {}

  record FleetView(List<PeerView> peers) {}

  record PeerView(String name, String address, String state, String agrees) {}
}
