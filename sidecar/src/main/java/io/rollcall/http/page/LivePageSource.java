package io.rollcall.http.page;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.RateHistory;
import io.rollcall.core.status.Status;
import io.rollcall.http.stream.EventSource;
import io.rollcall.http.stream.Subscription;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the changes of the page to browsers that show it. Each part of the page has an id and a
 * version; a browser gets the parts that are newer than its own, as HTML that replaces the part
 * with that id. When members come, go or change their state, or more rows change than a page shows,
 * it gets an event named after the pool instead of rows, and requests the pool again with its own
 * filter, order and fold. So the events are small however large a pool is. Each part is rendered
 * once for all browsers. Used on one context.
 */
public final class LivePageSource implements EventSource {
  private final RateHistory history;
  private final PageLinks links;
  private final Map<String, PagePart> parts = new HashMap<>();
  private final Map<Long, Buffer> rendered = new HashMap<>();
  private Instant at = Instant.EPOCH;
  private @Nullable Status last;
  private long version;

  /**
   * A part of the page.
   *
   * @param key parts with equal keys look equal, apart from ages
   * @param pool the event that makes browsers request the pool of this row; empty for other parts
   */
  private record PagePart(Object key, long version, String pool, Supplier<String> html) {}

  private record MemberKey(String name, MemberState state) {}

  /**
   * Without any part.
   *
   * @param firstVersion different in each run of the sidecar, so that a page of an earlier run gets
   *     everything
   */
  public LivePageSource(RateHistory history, PageLinks links, long firstVersion) {
    this.history = history;
    this.links = links;
    this.version = firstVersion;
  }

  /** The version of a page that is rendered from the newest status. */
  public long version() {
    return version;
  }

  /** Compares all members, which costs more than a page, only if the facts are other ones. */
  @Override
  public void refresh(Status status) {
    boolean same = last != null && haveEqualFacts(status, last);
    at = status.at();
    last = status;
    if (same) {
      return;
    }
    long next = version + 1;
    var seen = new HashMap<String, PagePart>();
    put(seen, next, "headline", PageParts.headline(status));
    put(seen, next, "problems", PageParts.problems(status));
    put(seen, next, "sources", SourceParts.of(status));
    put(
        seen,
        next,
        "timeline",
        status.events(),
        "",
        () -> Templates.part("timeline", "timeline", PageParts.timeline(status.events(), at)));
    put(seen, next, "fleet", PageParts.fleet(status.fleet(), links));
    for (int i = 0; i < status.pools().size(); i++) {
      putPool(seen, next, i, status.pools().get(i), !status.serf().reachable());
    }
    parts.clear();
    parts.putAll(seen);
    if (seen.values().stream().anyMatch(part -> part.version() == next)) {
      version = next;
      rendered.clear();
    }
  }

  /** The rows have the same list as long as nothing changes. */
  @SuppressWarnings("ReferenceEquality") // comparing all rows is what this avoids
  private static boolean haveEqualFacts(Status one, Status other) {
    return one.pools() == other.pools() && one.equals(other.at(one.at()));
  }

  /** The page takes a sidecar that sends no event for 15 s for unreachable. */
  @Override
  public Buffer keepAlive() {
    return Buffer.buffer(Subscription.event("page", ""));
  }

  private void putPool(
      Map<String, PagePart> seen, long next, int index, Status.PoolStatus pool, boolean serfStale) {
    PageView.PoolHead head = PageParts.head(index, pool);
    put(seen, next, head.id(), head, "", () -> Templates.part("poolhead", "head", head));
    List<MemberKey> members =
        pool.members().stream().map(row -> new MemberKey(row.name(), row.state())).toList();
    String event = "pool" + index;
    put(seen, next, event, members, "", () -> "");
    for (Status.MemberRow row : pool.members()) {
      List<Integer> rates = history.rates(pool.backend(), row.slot());
      put(
          seen,
          next,
          event + ' ' + row.name(),
          new MemberRows.RowKey(row, rates, serfStale),
          event,
          () -> row(pool.backend(), row, rates, serfStale));
    }
  }

  private String row(String backend, Status.MemberRow row, List<Integer> rates, boolean serfStale) {
    PageView.RowView view = MemberRows.of(backend, row, rates, serfStale, at);
    return "<template>" + Templates.part("row", "row", view) + "</template>";
  }

  /**
   * A new subscription.
   *
   * @param shown the version of the page that the browser shows; it gets everything if that is not
   *     the version of a page of this run
   */
  public Subscription subscribe(long shown) {
    return new Subscription() {
      private long seen = shown;

      @Override
      public @Nullable Buffer next() {
        if (seen == version) {
          return null;
        }
        Buffer changes = rendered.computeIfAbsent(seen, LivePageSource.this::since);
        seen = version;
        return changes;
      }
    };
  }

  private Buffer since(long seen) {
    var changed = new HashMap<String, PagePart>();
    var rows = new HashMap<String, Integer>();
    parts.forEach((id, part) -> {
      if (part.version() > seen || seen > version) {
        changed.put(id, part);
        rows.merge(part.pool(), 1, Integer::sum);
      }
    });
    var html = new StringBuilder();
    var pools = new TreeSet<String>();
    changed.forEach((id, part) -> {
      String pool = part.pool();
      boolean isRow = !pool.isEmpty();
      if (isRow && (changed.containsKey(pool) || rows.getOrDefault(pool, 0) > ViewOptions.FOLD)) {
        pools.add(pool);
      } else {
        String text = part.html().get();
        html.append(text);
        if (text.isEmpty()) {
          pools.add(id);
        }
      }
    });
    var buffer = Buffer.buffer();
    if (!html.isEmpty()) {
      buffer.appendString(Subscription.event("page", html.toString()));
    }
    pools.forEach(pool -> buffer.appendString(Subscription.event(pool, "")));
    return buffer;
  }

  private void put(Map<String, PagePart> seen, long next, String id, Object model) {
    put(seen, next, id, model, "", () -> Templates.part(id, id, model));
  }

  private void put(
      Map<String, PagePart> seen,
      long next,
      String id,
      Object key,
      String pool,
      Supplier<String> html) {
    PagePart before = parts.get(id);
    boolean same = before != null && before.key().equals(key);
    seen.put(id, same ? before : new PagePart(key, next, pool, html));
  }
}
