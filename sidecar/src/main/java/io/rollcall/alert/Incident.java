package io.rollcall.alert;

import io.rollcall.alert.Alert.AlertType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The history of one alert key, a state machine:
 *
 * <pre>
 * from     to       when                                                              alert
 * OK       PENDING  it fails
 * PENDING  OK       it recovers before the delay is over
 * PENDING  NOTIFIED it fails for the delay; no notification within quietPeriod        FAILED
 * PENDING  FLAPPING it failed flappingThreshold times within flappingWindow           FLAPPING
 * PENDING  FLAPPING notified within quietPeriod: it fails for quietDelay              FLAPPING
 * NOTIFIED FLAPPING it failed flappingThreshold times within flappingWindow           FLAPPING
 * NOTIFIED OK       it is healthy for recoveryDelay                                   RECOVERED
 * FLAPPING OK       it is healthy for stableAfter, one notification at most           STABLE
 *                   was sent within quietPeriod
 * </pre>
 *
 * So there are three notifications at most within {@code quietPeriod}: outside FLAPPING at most two
 * of them were used, and one is left for FLAPPING. The end of an incident is OUT_OF_SERVICE instead
 * if the cause went with the thing itself.
 *
 * @param id empty while nothing was notified
 * @param since when the failure, or the first of several, began
 * @param changedAt when it last failed or recovered
 * @param failing it fails now
 * @param finding of its last failure
 * @param failures when it failed, within {@code flappingWindow} or since the incident began
 * @param notifiedAt when notifications about it were requested, within {@code quietPeriod}
 */
public record Incident(
    IncidentState state,
    String id,
    Instant since,
    Instant changedAt,
    boolean failing,
    Finding finding,
    List<Instant> failures,
    List<Instant> notifiedAt) {

  /** Where an alert key stands. */
  public enum IncidentState {
    OK,
    PENDING,
    NOTIFIED,
    FLAPPING
  }

  /** Limits the memory of a key that flaps for days. */
  private static final int MAX_FAILURES = 1_000;

  public Incident {
    failures = List.copyOf(failures);
    notifiedAt = List.copyOf(notifiedAt);
  }

  /** The incident after an evaluation, and the alert that it raised. */
  record IncidentUpdate(Incident incident, @Nullable AlertType alert) {}

  static Incident healthy(Instant now) {
    return new Incident(IncidentState.OK, "", now, now, false, Finding.NONE, List.of(), List.of());
  }

  /**
   * Evaluates it once.
   *
   * @param current what fails now, null if it is healthy
   * @param newId of the incident, if one begins now
   */
  IncidentUpdate next(
      AlertKind kind, @Nullable Finding current, Instant now, AlertTimings timings, String newId) {
    Incident seen = withoutExpired(now, timings).observed(current, now);
    return switch (seen.state) {
      case OK -> seen.unchanged();
      case PENDING -> seen.pending(kind, now, timings, newId);
      case NOTIFIED -> seen.notified(now, timings);
      case FLAPPING -> seen.flapping(now, timings);
    };
  }

  /** Nothing of it needs to be remembered. */
  boolean forgettable() {
    return state == IncidentState.OK && failures.isEmpty() && notifiedAt.isEmpty();
  }

  /** The alert that began it, as it is now. */
  Alert repeated(AlertKey key, Instant now) {
    AlertType type = state == IncidentState.FLAPPING ? AlertType.FLAPPING : AlertType.FAILED;
    return new Alert(
        id, key, type, finding.state(), finding.cause(), since, now, Math.max(1, failures.size()));
  }

  private IncidentUpdate pending(AlertKind kind, Instant now, AlertTimings timings, String newId) {
    boolean quiet = !notifiedAt.isEmpty();
    Duration delay = quiet ? timings.quietDelay(kind) : timings.delay(kind);
    boolean lasting = failing && lasts(now, delay);
    if (failures.size() >= timings.flappingThreshold() || (quiet && lasting)) {
      // none counts any more if the sidecar was stopped for longer than the window
      return flaps(newId, failures.isEmpty() ? since : failures.getFirst(), now);
    }
    if (!failing) {
      return with(IncidentState.OK, "", since, failures, notifiedAt).unchanged();
    }
    return lasting
        ? update(IncidentState.NOTIFIED, newId, since, failures, now, AlertType.FAILED)
        : unchanged();
  }

  private IncidentUpdate notified(Instant now, AlertTimings timings) {
    if (failures.size() >= timings.flappingThreshold()) {
      return flaps(id, since, now);
    }
    return !failing && lasts(now, timings.recoveryDelay())
        ? update(IncidentState.OK, "", since, failures, now, AlertType.RECOVERED)
        : unchanged();
  }

  private IncidentUpdate flapping(Instant now, AlertTimings timings) {
    return !failing && lasts(now, timings.stableAfter()) && notifiedAt.size() <= 1
        ? update(IncidentState.OK, "", since, List.of(), now, AlertType.STABLE)
        : unchanged();
  }

  /** Without what is too long ago to count. */
  private Incident withoutExpired(Instant now, AlertTimings timings) {
    List<Instant> recent =
        state == IncidentState.FLAPPING
            ? failures
            : since(failures, now.minus(timings.flappingWindow()));
    return with(state, id, since, recent, since(notifiedAt, now.minus(timings.quietPeriod())));
  }

  private static List<Instant> since(List<Instant> times, Instant begin) {
    return times.stream().filter(at -> at.isAfter(begin)).toList();
  }

  private Incident observed(@Nullable Finding current, Instant now) {
    if (current == null) {
      Instant changed = failing ? now : changedAt;
      return new Incident(state, id, since, changed, false, finding, failures, notifiedAt);
    }
    if (failing) {
      return new Incident(state, id, since, changedAt, true, current, failures, notifiedAt);
    }
    var failed = new ArrayList<>(failures);
    failed.add(now);
    if (failed.size() > MAX_FAILURES) {
      failed.remove(1); // the first is the start of the incident
    }
    return state == IncidentState.OK
        ? new Incident(IncidentState.PENDING, id, now, now, true, current, failed, notifiedAt)
        : new Incident(state, id, since, now, true, current, failed, notifiedAt);
  }

  private boolean lasts(Instant now, Duration time) {
    return !now.isBefore(changedAt.plus(time));
  }

  private IncidentUpdate flaps(String incidentId, Instant began, Instant now) {
    return update(IncidentState.FLAPPING, incidentId, began, failures, now, AlertType.FLAPPING);
  }

  private IncidentUpdate update(
      IncidentState next,
      String nextId,
      Instant began,
      List<Instant> failed,
      Instant now,
      AlertType alert) {
    var notified = new ArrayList<>(notifiedAt);
    notified.add(now);
    return new IncidentUpdate(with(next, nextId, began, failed, notified), alert);
  }

  private IncidentUpdate unchanged() {
    return new IncidentUpdate(this, null);
  }

  private Incident with(
      IncidentState next,
      String nextId,
      Instant began,
      List<Instant> failed,
      List<Instant> notified) {
    return new Incident(next, nextId, began, changedAt, failing, finding, failed, notified);
  }
}
