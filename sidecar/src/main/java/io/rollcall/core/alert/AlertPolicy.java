package io.rollcall.core.alert;

import io.rollcall.core.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is worth a mail, and when. Looked at again and again, at most a second apart, it tells each
 * incident's begin and its end, once each.
 */
public final class AlertPolicy {
  private static final int REPEATEDLY = 3;
  private static final Duration OF_LATE = Duration.ofMinutes(10);

  private AlertPolicy() {}

  /**
   * What a look changed.
   *
   * @param letter null for none
   */
  public record Turn(AlertState state, @Nullable Letter letter) {}

  /**
   * Looks at what is wrong now.
   *
   * @param drifts by pool that was read, how often it drifted since its memory began
   */
  public static Turn turn(
      AlertState before, Findings findings, Map<String, Long> drifts, Instant now, Times times) {
    SortedMap<String, AlertState.Drift> drift = drifts(before.drifts(), drifts, now);
    var wrong = new TreeMap<>(findings.wrong());
    drift.forEach((pool, log) -> {
      if (log.at().size() >= REPEATEDLY) {
        String why = "changed by hand and put right %d times in 10 min".formatted(log.at().size());
        wrong.put(new Subject(Kind.DRIFT, pool, null), new Finding("drifts", why));
      }
    });
    var watches = new TreeMap<>(before.watches());
    wrong.keySet().forEach(subject -> watches.putIfAbsent(subject, Watch.begun(now)));
    long next = before.next();
    Desk desk = before.desk();
    for (var entry : new TreeMap<>(watches).entrySet()) {
      Subject subject = entry.getKey();
      if (findings.unknown(subject)) {
        continue;
      }
      Watch watch = entry.getValue();
      String name = "i" + now.toEpochMilli() + "-" + next;
      Watch.Turn turn = watch.next(subject.kind(), wrong.get(subject), now, times, name);
      if (turn.word() != null) {
        next++;
        String gone = subject.kind() == Kind.MEMBER ? Alert.GONE : "well";
        String well = findings.well().getOrDefault(subject, gone);
        desk = desk.with(alert(subject, watch, turn, turn.word(), well, now), now);
      }
      if (turn.watch().forgettable()) {
        watches.remove(subject);
      } else {
        watches.put(subject, turn.watch());
      }
    }
    return cleared(new AlertState(watches, drift, before.threads(), desk, next), now, times);
  }

  /** How often each pool drifted, of a status whose pools were read. */
  public static Map<String, Long> drifts(Status status) {
    var drifts = new TreeMap<String, Long>();
    status.pools().forEach(pool -> drifts.put(pool.backend(), pool.drift().found()));
    return drifts;
  }

  private static Alert alert(
      Subject subject, Watch before, Watch.Turn turn, Alert.Word word, String well, Instant now) {
    Watch after = turn.watch();
    // how long it failed is told without the time it took to believe that it is over
    Instant until = word.ends() ? after.changed() : now;
    return new Alert(
        word.ends() ? before.incident() : after.incident(),
        subject,
        word,
        word.ends() ? well : after.state(),
        after.why(),
        word.ends() ? before.since() : after.since(),
        until,
        Math.max(1, (word.ends() ? before : after).falls().size()));
  }

  private static Turn cleared(AlertState state, Instant now, Times times) {
    Desk.Cleared cleared = state.desk().clear(now, times);
    if (!cleared.goes()) {
      return new Turn(state.with(cleared.desk(), state.threads()), null);
    }
    String id = "m" + now.toEpochMilli() + "-" + state.next();
    var threads = new TreeMap<>(state.threads());
    var replies = new TreeSet<String>();
    for (Alert alert : cleared.out()) {
      String begun = threads.putIfAbsent(alert.incident(), id);
      if (begun != null) {
        replies.add(begun);
      }
      if (alert.word().ends()) {
        threads.remove(alert.incident());
      }
    }
    var alerts = new ArrayList<>(cleared.out());
    alerts.sort(
        Comparator.comparing((Alert alert) -> alert.word().ends())
            .thenComparing(alert -> !alert.urgent()));
    return new Turn(
        state.with(cleared.desk(), threads).numbered(),
        new Letter(id, List.copyOf(replies), alerts, state.desk().withheld()));
  }

  /** Of a pool that was not read what was known stays, while it is of late. */
  private static SortedMap<String, AlertState.Drift> drifts(
      SortedMap<String, AlertState.Drift> before, Map<String, Long> found, Instant now) {
    var counts = new TreeMap<>(found);
    before.forEach((pool, log) -> counts.putIfAbsent(pool, log.found()));
    var next = new TreeMap<String, AlertState.Drift>();
    counts.forEach((pool, count) -> {
      AlertState.Drift log = before.getOrDefault(pool, new AlertState.Drift(count, List.of()));
      Stream<Instant> grown = count > log.found() ? Stream.of(now) : Stream.empty();
      List<Instant> at =
          Stream.concat(log.at().stream(), grown)
              .filter(then -> then.plus(OF_LATE).isAfter(now))
              .toList();
      if (found.containsKey(pool) || !at.isEmpty()) {
        next.put(
            pool, new AlertState.Drift(count, at.subList(Math.max(0, at.size() - 100), at.size())));
      }
    });
    return next;
  }
}
