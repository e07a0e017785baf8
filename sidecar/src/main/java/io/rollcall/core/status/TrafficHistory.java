package io.rollcall.core.status;

import io.rollcall.core.model.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What happened in the last hour and the last day: for each pool requests, errors and members up in
 * steps of 10 s and of 5 min, for each member those of the last hour in steps of 1 min; drains and
 * restarts as marks. At most 100 pools, 5,000 members and 1,000 marks are kept, those that came
 * first; all of it takes less than 16 MiB (a test measures it). Not thread-safe.
 */
public final class TrafficHistory {
  static final int MAX_POOLS = 100;
  static final int MAX_MEMBERS = 5_000;
  private static final int MAX_MARKS = 1_000;
  private static final Duration MEMBER_KEPT = Duration.ofHours(1);

  private static final Set<String> MARKED =
      Set.of(
          EventKind.DRAINING.wire(),
          EventKind.REMOVING.wire(),
          EventKind.FAILED.wire(),
          EventKind.RESTARTED.wire(),
          EventKind.POOL_DOWN.wire(),
          EventKind.HAPROXY_RESTARTED.wire());

  private final SortedMap<String, TrafficSeries> hours = new TreeMap<>();
  private final SortedMap<String, TrafficSeries> days = new TreeMap<>();
  private final SortedMap<String, SortedMap<String, MemberTraffic>> members = new TreeMap<>();
  private final ArrayDeque<TrafficMark> marks = new ArrayDeque<>();
  private int memberCount;
  private long lastEvent;

  private static final class MemberTraffic {
    private final TrafficSeries series = new TrafficSeries(60, 60);
    private long lastSecond;
  }

  /** One member since the sample before. */
  public record MemberSample(String name, long requests, long errors, boolean up) {}

  /**
   * Adds what happened since the sample before.
   *
   * @param wall the wall clock's time
   */
  public void add(String pool, List<MemberSample> sample, Instant wall) {
    if (!hours.containsKey(pool) && hours.size() >= MAX_POOLS) {
      return;
    }
    long second = wall.getEpochSecond();
    long requests = 0;
    long errors = 0;
    int up = 0;
    for (MemberSample member : sample) {
      requests += member.requests();
      errors += member.errors();
      up += member.up() ? 1 : 0;
      MemberTraffic traffic = member(pool, member.name());
      if (traffic != null) {
        traffic.series.add(second, member.requests(), member.errors(), member.up() ? 1 : 0);
        traffic.lastSecond = second;
      }
    }
    hours.computeIfAbsent(pool, _ -> hour()).add(second, requests, errors, up);
    days.computeIfAbsent(pool, _ -> day()).add(second, requests, errors, up);
  }

  private @Nullable MemberTraffic member(String pool, String name) {
    SortedMap<String, MemberTraffic> ofPool = members.computeIfAbsent(pool, _ -> new TreeMap<>());
    MemberTraffic known = ofPool.get(name);
    if (known == null && memberCount < MAX_MEMBERS) {
      known = new MemberTraffic();
      ofPool.put(name, known);
      memberCount++;
    }
    return known;
  }

  /** Marks the events that are new; forgets members that have been gone for an hour. */
  public void mark(List<Status.EventRecord> events, Instant wall) {
    for (Status.EventRecord event : events) {
      if (event.id() > lastEvent) {
        lastEvent = event.id();
        if (MARKED.contains(event.kind())) {
          String pool = event.pool() == null ? "" : event.pool();
          String member = event.member() == null ? "" : event.member();
          marks.add(new TrafficMark(event.at(), pool, event.kind(), member));
        }
      }
    }
    Instant dayAgo = wall.minus(Duration.ofDays(1));
    while (marks.size() > MAX_MARKS
        || (!marks.isEmpty() && marks.getFirst().at().isBefore(dayAgo))) {
      marks.remove();
    }
  }

  /** Forgets members of which nothing was added for an hour. */
  public void prune(Instant wall) {
    long kept = wall.minus(MEMBER_KEPT).getEpochSecond();
    members
        .values()
        .forEach(ofPool -> ofPool.values().removeIf(traffic -> traffic.lastSecond < kept));
    memberCount = members.values().stream().mapToInt(Map::size).sum();
  }

  /** The pools that have a history. */
  public List<String> pools() {
    return List.copyOf(hours.keySet());
  }

  /** The last hour of a pool in steps of 10 s; null if nothing was recorded. */
  public @Nullable TrafficSeries hour(String pool) {
    return hours.get(pool);
  }

  /** The last day of a pool in steps of 5 min; null if nothing was recorded. */
  public @Nullable TrafficSeries day(String pool) {
    return days.get(pool);
  }

  /** The members of a pool that have a history. */
  public List<String> members(String pool) {
    return List.copyOf(members.getOrDefault(pool, new TreeMap<>()).keySet());
  }

  /** The last hour of a member in steps of 1 min; null if nothing was recorded. */
  public @Nullable TrafficSeries member(MemberId member) {
    MemberTraffic traffic = members.getOrDefault(member.pool(), new TreeMap<>()).get(member.name());
    return traffic == null ? null : traffic.series;
  }

  /** A member of a pool. */
  public record MemberId(String pool, String name) {}

  /** The marks of a pool, and of HAProxy itself, since a time, oldest first. */
  public List<TrafficMark> marks(String pool, Instant since) {
    return marks.stream()
        .filter(mark -> mark.pool().isEmpty() || mark.pool().equals(pool))
        .filter(mark -> !mark.at().isBefore(since))
        .toList();
  }

  /** All of it, to be saved. */
  public SavedTraffic saved() {
    var savedMembers = new TreeMap<String, SortedMap<String, TrafficText>>();
    members.forEach((pool, ofPool) -> {
      var texts = new TreeMap<String, TrafficText>();
      ofPool.forEach((name, traffic) -> texts.put(name, traffic.series.text()));
      savedMembers.put(pool, texts);
    });
    return new SavedTraffic(texts(hours), texts(days), savedMembers, List.copyOf(marks));
  }

  private static SortedMap<String, TrafficText> texts(Map<String, TrafficSeries> series) {
    var texts = new TreeMap<String, TrafficText>();
    series.forEach((pool, one) -> texts.put(pool, one.text()));
    return texts;
  }

  /** Continues what an earlier run saved; called before anything is added. */
  public void restore(SavedTraffic saved) {
    saved
        .hours()
        .forEach((pool, text) -> {
          if (hours.size() < MAX_POOLS) {
            hours.computeIfAbsent(pool, _ -> hour()).restore(text);
          }
        });
    saved
        .days()
        .forEach((pool, text) -> {
          if (days.size() < MAX_POOLS) {
            days.computeIfAbsent(pool, _ -> day()).restore(text);
          }
        });
    saved
        .members()
        .forEach((pool, ofPool) ->
            ofPool.forEach((name, text) -> {
              MemberTraffic traffic = member(pool, name);
              if (traffic != null) {
                traffic.series.restore(text);
                traffic.lastSecond = (text.newest() + 1) * traffic.series.stepSeconds();
              }
            }));
    saved.marks().stream().limit(MAX_MARKS).forEach(marks::add);
  }

  private static TrafficSeries hour() {
    return new TrafficSeries(10, 360);
  }

  private static TrafficSeries day() {
    return new TrafficSeries(300, 288);
  }
}
