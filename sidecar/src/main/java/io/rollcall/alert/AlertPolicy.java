package io.rollcall.alert;

import io.rollcall.alert.Alert.AlertType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is notified and when. Evaluated regularly, at most a second apart, it reports the
 * begin and the end of each incident once.
 */
public final class AlertPolicy {
  private AlertPolicy() {}

  /**
   * The result of one evaluation.
   *
   * @param notification to be sent now, null for none
   */
  public record Decision(AlertState state, @Nullable Notification notification) {}

  /**
   * Evaluates what fails now.
   *
   * @param drifts by pool that was read, its count of drifts
   */
  public static Decision evaluate(
      AlertState before,
      Findings findings,
      Map<String, Long> drifts,
      Instant now,
      AlertTimings timings) {
    SortedMap<String, DriftHistory> history = DriftHistory.update(before.drifts(), drifts, now);
    SortedMap<AlertKey, Finding> failing = withDrift(findings.failing(), history);
    var incidents = new TreeMap<>(before.incidents());
    failing.keySet().forEach(key -> incidents.putIfAbsent(key, Incident.healthy(now)));
    long nextId = before.nextId();
    DigestQueue queue = before.queue();
    for (Map.Entry<AlertKey, Incident> entry : new TreeMap<>(incidents).entrySet()) {
      AlertKey key = entry.getKey();
      Incident incident = entry.getValue();
      if (findings.isUnknown(key)) {
        continue;
      }
      String newId = "i" + now.toEpochMilli() + "-" + nextId;
      Incident.IncidentUpdate update =
          incident.next(key.kind(), failing.get(key), now, timings, newId);
      Incident after = update.incident();
      if (update.alert() != null) {
        nextId++;
        queue = queue.with(alert(key, incident, after, update.alert(), findings, now), now);
      }
      if (after.forgettable()) {
        incidents.remove(key);
      } else {
        incidents.put(key, after);
      }
    }
    return flush(new AlertState(incidents, history, before.threads(), queue, nextId), now, timings);
  }

  private static SortedMap<AlertKey, Finding> withDrift(
      SortedMap<AlertKey, Finding> failing, SortedMap<String, DriftHistory> drifts) {
    var all = new TreeMap<>(failing);
    drifts.forEach((pool, history) -> {
      Finding finding = history.finding();
      if (finding != null) {
        all.put(AlertKey.pool(AlertKind.DRIFT, pool), finding);
      }
    });
    return all;
  }

  private static Alert alert(
      AlertKey key,
      Incident before,
      Incident after,
      AlertType type,
      Findings findings,
      Instant now) {
    if (!type.ends()) {
      return alert(key, after, type, after.finding().state(), after, now);
    }
    Resolution resolution = findings.resolution(key);
    // the time without failures that was needed to call it over does not count
    return alert(
        key,
        before,
        resolution.recovered() ? type : AlertType.OUT_OF_SERVICE,
        resolution.state(),
        after,
        after.changedAt());
  }

  private static Alert alert(
      AlertKey key, Incident open, AlertType type, String state, Incident after, Instant until) {
    return new Alert(
        open.id(),
        key,
        type,
        state,
        after.finding().cause(),
        open.since(),
        until,
        Math.max(1, open.failures().size()));
  }

  private static Decision flush(AlertState state, Instant now, AlertTimings timings) {
    DigestQueue.Batch batch = state.queue().flush(now, timings);
    if (!batch.due()) {
      return new Decision(state.with(batch.queue(), state.threads()), null);
    }
    String id = "m" + now.toEpochMilli() + "-" + state.nextId();
    var threads = new TreeMap<>(state.threads());
    var replyTo = new TreeSet<String>();
    for (Alert alert : batch.alerts()) {
      String first = threads.putIfAbsent(alert.incidentId(), id);
      if (first != null) {
        replyTo.add(first);
      }
      if (alert.type().ends()) {
        threads.remove(alert.incidentId());
      }
    }
    var alerts = new ArrayList<>(batch.alerts());
    alerts.sort(
        Comparator.comparing((Alert alert) -> alert.type().ends())
            .thenComparing(alert -> !alert.urgent()));
    return new Decision(
        state.with(batch.queue(), threads).withIdUsed(),
        new Notification(id, List.copyOf(replyTo), alerts, state.queue().withheld()));
  }
}
