package io.rollcall.http.page;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.Status;
import io.rollcall.http.StatusSource;
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
 * The page as it changes while it is shown. Each part has an id and a version; a reader gets the
 * parts that are newer than what it has, as HTML that replaces the part with that id. Where the
 * members of a pool or their states changed, or more rows than a page shows, there are no rows but
 * a signal by the pool's name: then the page asks for the pool again, with its own filter, order
 * and fold. So what goes out is small however large a pool is. Each part is written once for all
 * readers. Used on one context.
 */
public final class LivePage implements EventSource {
  private final StatusSource facts;
  private final Map<String, PagePart> parts = new HashMap<>();
  private final Map<Long, Buffer> written = new HashMap<>();

  /** Grows across restarts, so that a reader of an earlier run gets everything. */
  private long version = System.currentTimeMillis();

  /**
   * What is shown of something.
   *
   * @param pool the signal of the pool whose row it is; empty for what is no row
   */
  private record PagePart(Object key, long version, String pool, Supplier<String> html) {}

  private record MemberKey(String name, MemberState state) {}

  public LivePage(StatusSource facts) {
    this.facts = facts;
  }

  /** What was told last; a page that is made now has all of it. */
  public long version() {
    return version;
  }

  @Override
  public void refresh(Status status, Instant now) {
    long next = version + 1;
    var seen = new HashMap<String, PagePart>();
    put(seen, next, "headline", PageParts.headline(status));
    PageView.Sources sources = PageParts.sources(status, now);
    put(seen, next, "sources", sources);
    put(seen, next, "timeline", PageParts.timeline(status.events()));
    put(seen, next, "fleet", PageParts.fleet(status.fleet()));
    boolean serfStale = !status.serf().reachable();
    for (int i = 0; i < status.pools().size(); i++) {
      Status.PoolStatus pool = status.pools().get(i);
      PageView.PoolHead head = PageParts.head(i, pool);
      put(seen, next, head.id(), head, "", () -> Templates.part("poolhead", "head", head));
      List<MemberKey> who =
          pool.members().stream().map(row -> new MemberKey(row.name(), row.state())).toList();
      String signal = "pool" + i;
      put(seen, next, signal, who, "", () -> "");
      for (Status.MemberRow row : pool.members()) {
        List<Integer> rates = facts.rates(pool.backend(), row.slot());
        put(
            seen,
            next,
            signal + ' ' + row.name(),
            new MemberRows.RowKey(row, rates, serfStale),
            signal,
            () ->
                "<template>"
                    + Templates.part(
                        "row",
                        "row",
                        MemberRows.of(pool.backend(), row, rates, serfStale, Instant.now()))
                    + "</template>");
      }
    }
    parts.clear();
    parts.putAll(seen);
    if (seen.values().stream().anyMatch(part -> part.version() == next)) {
      version = next;
      written.clear();
    }
  }

  /**
   * A new reader.
   *
   * @param has the version of the page it shows; anything else than that of a page gives all
   */
  public Subscription feed(long has) {
    return new Subscription() {
      private long seen = has;

      @Override
      public @Nullable Buffer next() {
        if (seen == version) {
          return null;
        }
        Buffer news = written.computeIfAbsent(seen, LivePage.this::since);
        seen = version;
        return news;
      }
    };
  }

  private Buffer since(long seen) {
    var news = new HashMap<String, PagePart>();
    var rows = new HashMap<String, Integer>();
    parts.forEach((id, part) -> {
      if (part.version() > seen || seen > version) {
        news.put(id, part);
        rows.merge(part.pool(), 1, Integer::sum);
      }
    });
    var html = new StringBuilder();
    var signals = new TreeSet<String>();
    news.forEach((id, part) -> {
      String pool = part.pool();
      boolean row = !pool.isEmpty();
      if (row && (news.containsKey(pool) || rows.getOrDefault(pool, 0) > ViewOptions.FOLD)) {
        signals.add(pool);
      } else {
        String text = part.html().get();
        html.append(text);
        if (text.isEmpty()) {
          signals.add(id);
        }
      }
    });
    var buffer = Buffer.buffer();
    if (!html.isEmpty()) {
      buffer.appendString(Subscription.event("page", html.toString()));
    }
    signals.forEach(signal -> buffer.appendString(Subscription.event(signal, "")));
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
