package io.rollcall.mail;

import static io.rollcall.core.StoredFormat.required;

import io.rollcall.alert.Alert;
import io.rollcall.alert.Alert.AlertType;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertKind;
import io.rollcall.alert.DigestQueue;
import io.rollcall.alert.DriftHistory;
import io.rollcall.alert.Finding;
import io.rollcall.alert.Incident;
import io.rollcall.mail.MailDocument.StoredAlert;
import io.rollcall.mail.MailDocument.StoredDesk;
import io.rollcall.mail.MailDocument.StoredDrift;
import io.rollcall.mail.MailDocument.StoredIncident;
import io.rollcall.mail.MailDocument.StoredSubject;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What alerting remembers of single incidents and alerts, in {@code mail.json}. */
final class AlertFormat {
  private AlertFormat() {}

  static StoredSubject write(AlertKey key) {
    return new StoredSubject(AlertNames.of(key.kind()), key.pool(), key.name());
  }

  static AlertKey read(StoredSubject subject) {
    AlertKind kind = AlertNames.kind(required(subject.kind(), "kind"));
    return new AlertKey(kind, subject.pool(), subject.name());
  }

  static StoredIncident write(Incident incident, UnaryOperator<Instant> time) {
    return new StoredIncident(
        AlertNames.of(incident.state()),
        incident.id(),
        time.apply(incident.since()),
        time.apply(incident.changedAt()),
        incident.failing(),
        incident.finding().state(),
        incident.finding().cause(),
        times(incident.failures(), time),
        times(incident.notifiedAt(), time));
  }

  static Incident read(StoredIncident incident, UnaryOperator<Instant> time) {
    return new Incident(
        AlertNames.phase(required(incident.phase(), "phase")),
        text(incident.incident()),
        time.apply(required(incident.since(), "since")),
        time.apply(required(incident.changed(), "changed")),
        incident.failing(),
        new Finding(text(incident.state()), text(incident.why())),
        times(incident.falls(), time),
        times(incident.told(), time));
  }

  static StoredDrift write(DriftHistory drift, UnaryOperator<Instant> time) {
    return new StoredDrift(drift.found(), times(drift.times(), time));
  }

  static DriftHistory read(StoredDrift drift, UnaryOperator<Instant> time) {
    return new DriftHistory(drift.found(), times(drift.at(), time));
  }

  static StoredDesk write(DigestQueue queue, UnaryOperator<Instant> time) {
    return new StoredDesk(
        queue.waiting().stream().map(alert -> write(alert, time)).toList(),
        queue.since() == null ? null : time.apply(queue.since()),
        times(queue.sentAt(), time),
        queue.withheld());
  }

  static DigestQueue read(@Nullable StoredDesk desk, UnaryOperator<Instant> time) {
    if (desk == null) {
      return DigestQueue.EMPTY;
    }
    List<StoredAlert> waiting = desk.waiting() == null ? List.of() : desk.waiting();
    return new DigestQueue(
        waiting.stream().map(alert -> read(required(alert, "waiting"), time)).toList(),
        desk.since() == null ? null : time.apply(desk.since()),
        times(desk.sent(), time),
        desk.withheld());
  }

  private static StoredAlert write(Alert alert, UnaryOperator<Instant> time) {
    return new StoredAlert(
        alert.incidentId(),
        write(alert.key()),
        AlertNames.of(alert.type()),
        alert.state(),
        alert.cause(),
        time.apply(alert.since()),
        time.apply(alert.until()),
        alert.failures());
  }

  private static Alert read(StoredAlert alert, UnaryOperator<Instant> time) {
    AlertKey key = read(required(alert.subject(), "subject"));
    return new Alert(
        required(alert.incident(), "incident"),
        key,
        type(alert, key.kind()),
        text(alert.state()),
        text(alert.why()),
        time.apply(required(alert.since(), "since")),
        time.apply(required(alert.until(), "until")),
        alert.falls());
  }

  /** Whether an incident ended by recovery is only in the state, not in the word. */
  private static AlertType type(StoredAlert alert, AlertKind kind) {
    AlertType type = AlertNames.type(required(alert.word(), "word"));
    String state = text(alert.state());
    boolean recovered =
        kind == AlertKind.MEMBER ? state.equals("serving") : !state.equals("no longer configured");
    return type.ends() && !recovered ? AlertType.OUT_OF_SERVICE : type;
  }

  private static List<Instant> times(@Nullable List<Instant> times, UnaryOperator<Instant> time) {
    return times == null
        ? List.of()
        : times.stream().map(at -> time.apply(required(at, "time"))).toList();
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
