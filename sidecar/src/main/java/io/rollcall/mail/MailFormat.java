package io.rollcall.mail;

import static io.rollcall.core.StoredFormat.required;

import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.DriftHistory;
import io.rollcall.alert.Incident;
import io.rollcall.core.ClockReading;
import io.rollcall.core.StoredFormat;
import io.rollcall.mail.MailDocument.StableMail;
import io.rollcall.mail.MailDocument.StoredDrift;
import io.rollcall.mail.MailDocument.StoredSpool;
import io.rollcall.mail.MailDocument.StoredWatch;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The format of {@code mail.json}, see {@link MailDocument}. Collections that are absent are empty,
 * texts are empty, numbers 0 and flags false; what names an incident, an alert or a mail is
 * required. Version 1 was never released. Pure.
 */
public final class MailFormat implements StoredFormat<MailState> {
  private static final int VERSION = 2;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public MailState empty() {
    return MailState.EMPTY;
  }

  @Override
  public Record write(MailState state, ClockReading now) {
    UnaryOperator<Instant> time = now.toFile();
    AlertState alerts = state.alerts();
    var drifts = new LinkedHashMap<String, StoredDrift>();
    alerts.drifts().forEach((pool, drift) -> drifts.put(pool, AlertFormat.write(drift, time)));
    return new MailDocument(
        VERSION,
        now.writtenAt(),
        alerts.incidents().entrySet().stream()
            .map(entry ->
                new StoredWatch(
                    AlertFormat.write(entry.getKey()), AlertFormat.write(entry.getValue(), time)))
            .toList(),
        drifts,
        alerts.threads(),
        AlertFormat.write(alerts.queue(), time),
        alerts.nextId(),
        SpoolFormat.write(state.spool(), time));
  }

  @Override
  public MailState read(StoredFields fields, ClockReading now) {
    var document = fields.as(MailDocument.class);
    if (document.version() < VERSION) {
      throw new IllegalArgumentException("version " + document.version() + ", expected " + VERSION);
    }
    UnaryOperator<Instant> time = now.fromFile(document.written());
    var incidents = new TreeMap<AlertKey, Incident>();
    for (StoredWatch entry : required(document.watches(), "watches")) {
      StoredWatch incident = required(entry, "watches");
      incidents.put(
          AlertFormat.read(required(incident.subject(), "subject")),
          AlertFormat.read(required(incident.watch(), "watch"), time));
    }
    var drifts = new TreeMap<String, DriftHistory>();
    Map<String, StoredDrift> stored = document.drifts() == null ? Map.of() : document.drifts();
    stored.forEach(
        (pool, drift) -> drifts.put(pool, AlertFormat.read(required(drift, pool), time)));
    var threads = new TreeMap<String, String>();
    Map<String, String> mails = document.threads() == null ? Map.of() : document.threads();
    mails.forEach((incident, mail) -> threads.put(incident, required(mail, incident)));
    return new MailState(
        new AlertState(
            incidents, drifts, threads, AlertFormat.read(document.desk(), time), document.next()),
        SpoolFormat.read(required(document.spool(), "spool"), time));
  }

  @Override
  public MailState readStable(StoredFields fields, ClockReading now) {
    var stable = fields.as(StableMail.class);
    StoredSpool spool = required(stable.spool(), "spool");
    return new MailState(AlertState.EMPTY, SpoolFormat.read(spool, now.fromFile(stable.written())));
  }

  @Override
  public String stableFields() {
    return "undelivered mails";
  }
}
