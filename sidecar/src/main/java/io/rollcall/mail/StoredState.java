package io.rollcall.mail;

import io.rollcall.alert.Alert;
import io.rollcall.alert.Alert.AlertType;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.DigestQueue;
import io.rollcall.alert.DriftHistory;
import io.rollcall.alert.Finding;
import io.rollcall.alert.Incident;
import io.rollcall.alert.Incident.IncidentState;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code mail.json}, version 2. The names of its fields and constants are those in
 * the file: they stay as they are, whatever the code calls them.
 */
record StoredState(
    int version,
    List<StoredWatch> watches,
    SortedMap<String, StoredDrift> drifts,
    SortedMap<String, String> threads,
    StoredDesk desk,
    long next,
    Spool spool) {
  static final int VERSION = 2;

  static StoredState of(MailState state) {
    AlertState alerts = state.alerts();
    var drifts = new TreeMap<String, StoredDrift>();
    alerts
        .drifts()
        .forEach((pool, it) -> drifts.put(pool, new StoredDrift(it.found(), it.times())));
    return new StoredState(
        VERSION,
        alerts.incidents().entrySet().stream()
            .map(entry -> StoredWatch.of(entry.getKey(), entry.getValue()))
            .toList(),
        drifts,
        alerts.threads(),
        StoredDesk.of(alerts.queue()),
        alerts.nextId(),
        state.spool());
  }

  MailState toState() {
    var incidents = new TreeMap<AlertKey, Incident>();
    watches.forEach(it -> incidents.put(it.subject.toKey(), it.watch.toIncident()));
    var history = new TreeMap<String, DriftHistory>();
    drifts.forEach((pool, it) -> history.put(pool, new DriftHistory(it.found, it.at)));
    return new MailState(new AlertState(incidents, history, threads, desk.toQueue(), next), spool);
  }

  record StoredKey(StoredKind kind, @Nullable String pool, @Nullable String name) {
    static StoredKey of(AlertKey key) {
      return new StoredKey(StoredKind.of(key.kind()), key.pool(), key.name());
    }

    AlertKey toKey() {
      return new AlertKey(kind.toKind(), pool, name);
    }
  }

  record StoredWatch(StoredKey subject, StoredIncident watch) {
    static StoredWatch of(AlertKey key, Incident incident) {
      return new StoredWatch(StoredKey.of(key), StoredIncident.of(incident));
    }
  }

  record StoredIncident(
      StoredPhase phase,
      String incident,
      Instant since,
      Instant changed,
      boolean failing,
      String state,
      String why,
      List<Instant> falls,
      List<Instant> told) {
    static StoredIncident of(Incident it) {
      return new StoredIncident(
          StoredPhase.of(it.state()),
          it.id(),
          it.since(),
          it.changedAt(),
          it.failing(),
          it.finding().state(),
          it.finding().cause(),
          it.failures(),
          it.notifiedAt());
    }

    Incident toIncident() {
      return new Incident(
          phase.toState(), incident, since, changed, failing, new Finding(state, why), falls, told);
    }
  }

  record StoredDrift(long found, List<Instant> at) {}

  record StoredDesk(
      List<StoredAlert> waiting, @Nullable Instant since, List<Instant> sent, int withheld) {
    static StoredDesk of(DigestQueue queue) {
      return new StoredDesk(
          queue.waiting().stream().map(StoredAlert::of).toList(),
          queue.since(),
          queue.sentAt(),
          queue.withheld());
    }

    DigestQueue toQueue() {
      return new DigestQueue(
          waiting.stream().map(StoredAlert::toAlert).toList(), since, sent, withheld);
    }
  }

  record StoredAlert(
      String incident,
      StoredKey subject,
      StoredWord word,
      String state,
      String why,
      Instant since,
      Instant until,
      int falls) {
    static StoredAlert of(Alert it) {
      return new StoredAlert(
          it.incidentId(),
          StoredKey.of(it.key()),
          StoredWord.of(it.type()),
          it.state(),
          it.cause(),
          it.since(),
          it.until(),
          it.failures());
    }

    Alert toAlert() {
      return new Alert(incident, subject.toKey(), type(), state, why, since, until, falls);
    }

    /** Whether an incident ended by recovery is not in the word, only in the state. */
    private AlertType type() {
      AlertType type = word.toType();
      boolean recovered =
          subject.kind == StoredKind.MEMBER
              ? state.equals("serving")
              : !state.equals("no longer configured");
      return type.ends() && !recovered ? AlertType.OUT_OF_SERVICE : type;
    }
  }

  enum StoredKind {
    EMPTY,
    LOW,
    HELD,
    FULL,
    MEMBER,
    DRIFT,
    PART;

    static StoredKind of(AlertKind kind) {
      return switch (kind) {
        case NO_SERVER_UP -> EMPTY;
        case LOW_CAPACITY -> LOW;
        case REMOVALS_HELD -> HELD;
        case NO_FREE_SLOT -> FULL;
        case MEMBER -> MEMBER;
        case DRIFT -> DRIFT;
        case COMPONENT -> PART;
      };
    }

    AlertKind toKind() {
      return switch (this) {
        case EMPTY -> AlertKind.NO_SERVER_UP;
        case LOW -> AlertKind.LOW_CAPACITY;
        case HELD -> AlertKind.REMOVALS_HELD;
        case FULL -> AlertKind.NO_FREE_SLOT;
        case MEMBER -> AlertKind.MEMBER;
        case DRIFT -> AlertKind.DRIFT;
        case PART -> AlertKind.COMPONENT;
      };
    }
  }

  enum StoredPhase {
    WELL,
    AMISS,
    TOLD,
    FLAPPING;

    static StoredPhase of(IncidentState state) {
      return switch (state) {
        case OK -> WELL;
        case PENDING -> AMISS;
        case NOTIFIED -> TOLD;
        case FLAPPING -> FLAPPING;
      };
    }

    IncidentState toState() {
      return switch (this) {
        case WELL -> IncidentState.OK;
        case AMISS -> IncidentState.PENDING;
        case TOLD -> IncidentState.NOTIFIED;
        case FLAPPING -> IncidentState.FLAPPING;
      };
    }
  }

  enum StoredWord {
    FAILED,
    FLAPS,
    BACK,
    CALM;

    static StoredWord of(AlertType type) {
      return switch (type) {
        case FAILED -> FAILED;
        case FLAPPING -> FLAPS;
        case RECOVERED, OUT_OF_SERVICE -> BACK;
        case STABLE -> CALM;
      };
    }

    AlertType toType() {
      return switch (this) {
        case FAILED -> AlertType.FAILED;
        case FLAPS -> AlertType.FLAPPING;
        case BACK -> AlertType.RECOVERED;
        case CALM -> AlertType.STABLE;
      };
    }
  }
}
