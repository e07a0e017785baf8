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
 * @param haproxyPage the address of HAProxy's own page, null if it is unknown
 * @param login the name of the token that the browser has logged in with, null if it has not
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
    ProblemList problems,
    Sources sources,
    List<PoolSection> pools,
    EventView.EventList timeline,
    FleetView fleet,
    @Nullable String haproxyPage,
    @Nullable String login) {

  /**
   * The first line, in pieces.
   *
   * @param state the word by which it is coloured
   */
  record Headline(String state, String shape, List<HeadlinePart> parts) {}

  /**
   * A piece of the first line.
   *
   * @param since if not null, an age follows the text
   */
  record HeadlinePart(String text, @Nullable Instant since, String age) {}

  record ProblemList(List<ProblemView> all) {}

  /**
   * A problem and what to do next.
   *
   * @param anchor the id of its copy button
   * @param help the address of its section of the documentation
   */
  record ProblemView(
      String anchor,
      String severity,
      String shape,
      String pool,
      String title,
      String detail,
      Instant since,
      String age,
      String command,
      String reason,
      String help) {}

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
      List<StateCount> counts,
      List<Column> columns,
      List<RowView> rows,
      String nothing,
      String hidden,
      @Nullable String more) {}

  /**
   * What is above the rows of a pool.
   *
   * @param observe nothing is sent to HAProxy
   * @param planned what would be sent now
   */
  record PoolHead(
      String id,
      String backend,
      String path,
      boolean held,
      boolean observe,
      List<String> planned,
      String free,
      String total,
      @Nullable String drift) {}

  /**
   * How many members are in a state, and the address of the page with only those.
   *
   * @param active only those are shown now
   */
  record StateCount(
      String id,
      String state,
      String text,
      String shape,
      long count,
      String link,
      boolean active) {}

  record Column(
      String id, String title, String kind, @Nullable String link, boolean sorted, String order) {}

  /**
   * A member.
   *
   * @param spark points of the rate chart; null if no rates are known
   * @param path its path in the API, percent-encoded, ended by a slash
   * @param details the address of its details
   * @param reason the code of the reason that it needs attention, null if it needs none
   * @param drain null while it does not drain
   */
  record RowView(
      String id,
      String pool,
      String path,
      String details,
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
      String rate,
      @Nullable String spark,
      String sparkText,
      String errors,
      boolean erred,
      @Nullable String reason,
      @Nullable DrainView drain) {}

  /**
   * How far a drain is.
   *
   * @param left sessions and requests that are left
   * @param of how many there were; 0 if that is unknown
   * @param text what it waits for
   */
  record DrainView(long left, long of, String text) {}

  record FleetView(List<PeerView> peers) {}

  record PeerView(
      String name, String address, @Nullable String link, String state, String agrees) {}
}
