package io.rollcall.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.rollcall.alert.AlertState;
import org.jspecify.annotations.Nullable;

/**
 * The state of alerting and the mails to be delivered, as the JSON text of one file. Both change in
 * one write, so no alert is lost between them and none is sent twice.
 */
public record MailState(AlertState alerts, Spool spool) {
  public static final MailState EMPTY = new MailState(AlertState.EMPTY, Spool.EMPTY);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public String text() {
    try {
      return JSON.writeValueAsString(StoredState.of(this)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every state can be written", e);
    }
  }

  /** The state of a text; null if it can't be read. */
  public static @Nullable MailState read(String text) {
    try {
      StoredState stored = JSON.readValue(text, StoredState.class);
      return stored.version() == StoredState.VERSION ? stored.toState() : null;
    } catch (JsonProcessingException | NullPointerException _) {
      return null;
    }
  }
}
