package io.rollcall.alert;

import io.rollcall.core.status.Status;
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
  public record Decision(AlertState state, @Nullable Notification letter) {}

  /**
   * Looks at what is wrong now.
   *
   * @param drifts by pool that was read, how often it drifted since its memory began
   */
  public static Decision turn(
      AlertState before,
      Findings findings,
      Map<String, Long> drifts,
      Instant now,
      AlertTimings times) {
    SortedMap<String, AlertState.DriftHistory> drift = drifts(before.drifts(), drifts, now);
    var wrong = new TreeMap<>(findings.wrong());
    drift.forEach((pool, log) -> {
      if (log.at().size() >= REPEATEDLY) {
        String why = "changed by hand and put right %d times in 10 min".formatted(log.at().size());
        wrong.put(new AlertKey(AlertKind.DRIFT, pool, null), new Finding("drifts", why));
      }
    });
    var watches = new TreeMap<>(before.watches());
    wrong.keySet().forEach(subject -> watches.putIfAbsent(subject, Incident.begun(now)));
    long next = before.next();
    DigestQueue desk = before.desk();
    for (var entry : new TreeMap<>(watches).entrySet()) {
      AlertKey subject = entry.getKey();
      if (findings.unknown(subject)) {
        continue;
      }
      Incident watch = entry.getValue();
      String name = "i" + now.toEpochMilli() + "-" + next;
      Incident.IncidentUpdate turn =
          watch.next(subject.kind(), wrong.get(subject), now, times, name);
      if (turn.word() != null) {
        next++;
        String gone = subject.kind() == AlertKind.MEMBER ? Alert.GONE : "well";
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
      AlertKey subject,
      Incident before,
      Incident.IncidentUpdate turn,
      Alert.AlertType word,
      String well,
      Instant now) {
    Incident after = turn.watch();
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

  private static Decision cleared(AlertState state, Instant now, AlertTimings times) {
    DigestQueue.Batch cleared = state.desk().clear(now, times);
    if (!cleared.goes()) {
      return new Decision(state.with(cleared.desk(), state.threads()), null);
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
    return new Decision(
        state.with(cleared.desk(), threads).numbered(),
        new Notification(id, List.copyOf(replies), alerts, state.desk().withheld()));
  }

  /** Of a pool that was not read what was known stays, while it is of late. */
  private static SortedMap<String, AlertState.DriftHistory> drifts(
      SortedMap<String, AlertState.DriftHistory> before, Map<String, Long> found, Instant now) {
    var counts = new TreeMap<>(found);
    before.forEach((pool, log) -> counts.putIfAbsent(pool, log.found()));
    var next = new TreeMap<String, AlertState.DriftHistory>();
    counts.forEach((pool, count) -> {
      AlertState.DriftHistory log =
          before.getOrDefault(pool, new AlertState.DriftHistory(count, List.of()));
      Stream<Instant> grown = count > log.found() ? Stream.of(now) : Stream.empty();
      List<Instant> at =
          Stream.concat(log.at().stream(), grown)
              .filter(then -> then.plus(OF_LATE).isAfter(now))
              .toList();
      if (found.containsKey(pool) || !at.isEmpty()) {
        next.put(
            pool,
            new AlertState.DriftHistory(
                count, at.subList(Math.max(0, at.size() - 100), at.size())));
      }
    });
    return next;
  }
}
