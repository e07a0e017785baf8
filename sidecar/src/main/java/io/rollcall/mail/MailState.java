package io.rollcall.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.rollcall.alert.AlertKey;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.DigestQueue;
import io.rollcall.alert.Incident;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was told, and what waits to be delivered, as the JSON text of one file: the two change in
 * one step, so that no alert is lost between them and none is told twice.
 */
public record MailState(AlertState alerts, Spool spool) {
  public static final MailState EMPTY = new MailState(AlertState.EMPTY, Spool.EMPTY);

  private static final int VERSION = 2;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** A map by subject has no JSON of its own. */
  private record Entry(AlertKey subject, Incident watch) {}

  private record Form(
      int version,
      List<Entry> watches,
      SortedMap<String, AlertState.DriftHistory> drifts,
      SortedMap<String, String> threads,
      DigestQueue desk,
      long next,
      Spool spool) {}

  public String text() {
    var form =
        new Form(
            VERSION,
            alerts.watches().entrySet().stream()
                .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                .toList(),
            alerts.drifts(),
            alerts.threads(),
            alerts.desk(),
            alerts.next(),
            spool);
    try {
      return JSON.writeValueAsString(form) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every memory can be written", e);
    }
  }

  /** The memory of a text; null where it can't be read. */
  public static @Nullable MailState read(String text) {
    try {
      Form form = JSON.readValue(text, Form.class);
      if (form.version() != VERSION) {
        return null;
      }
      var watches = new TreeMap<AlertKey, Incident>();
      form.watches().forEach(entry -> watches.put(entry.subject(), entry.watch()));
      return new MailState(
          new AlertState(watches, form.drifts(), form.threads(), form.desk(), form.next()),
          form.spool());
    } catch (JsonProcessingException | NullPointerException _) {
      return null;
    }
  }
}
