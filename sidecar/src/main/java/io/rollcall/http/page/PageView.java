package io.rollcall.http.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the templates of the page show. Texts are ready to be read: foreign ones hold nothing that
 * hides or reorders; escaping for HTML is the templates' own doing. Parts that are equal look
 * equal, apart from ages, which the page itself counts on.
 *
 * @param version of the live parts
 * @param now by the sidecar's clock
 */
public record PageView(
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

  record Headline(String state, String shape, String sentence) {}

  record Sources(List<Source> all) {}

  /**
   * One part that the sidecar hangs on: where facts come from, and where mail goes.
   *
   * @param word how it does
   * @param fresh what happened at that time: {@code last read}
   */
  record Source(
      String name,
      boolean well,
      String word,
      String fresh,
      @Nullable Instant at,
      String age,
      String facts) {}

  /**
   * A pool as one view shows it.
   *
   * @param self the address of this view
   * @param nothing why there are no rows
   * @param hidden what is folded
   * @param more the address of the view with all rows; null where all are shown
   */
  public record PoolSection(
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
      List<Count> counts) {}

  record Count(String state, String shape, long count) {}

  record Column(
      String id, String title, String kind, @Nullable String link, boolean sorted, String order) {}

  /**
   * A row.
   *
   * @param spark points of the line of request rates; null where none is known
   * @param path of the API for it, percent-encoded
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
