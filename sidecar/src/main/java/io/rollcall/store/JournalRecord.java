package io.rollcall.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.rollcall.core.status.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The format of the journal: an event is one line of JSON, ended by LF. The id comes first, so that
 * a reader that searches for an id need not parse the rest. Pure.
 *
 * <p>These lines are version 1. The fields {@code id} (first), {@code at}, {@code kind} and {@code
 * text} never change their name or meaning; every other field may be absent and is null then.
 * Unknown fields are skipped. A kind is text: another version may have kinds that are unknown here.
 */
final class JournalRecord {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * No id is greater: ids begin at the clock's milliseconds, and a client in a browser has no exact
   * integers beyond 2⁵³.
   */
  static final long MAX_ID = 1L << 52;

  private static final byte[] HEAD = {'{', '"', 'i', 'd', '"', ':'};

  private JournalRecord() {}

  static byte[] write(Status.EventRecord event) {
    var line = new ByteArrayOutputStream(256);
    try (JsonGenerator out = JSON.createGenerator(line)) {
      out.writeStartObject();
      out.writeNumberField("id", event.id());
      out.writeStringField("at", event.at().toString());
      out.writeStringField("kind", event.kind());
      out.writeStringField("member", event.member());
      out.writeStringField("pool", event.pool());
      out.writeStringField("slot", event.slot());
      out.writeStringField("text", event.text());
      out.writeFieldName("tookMicros");
      if (event.tookMicros() == null) {
        out.writeNull();
      } else {
        out.writeNumber(event.tookMicros());
      }
      out.writeStringField("effect", event.effect());
      out.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("every event can be written", e);
    }
    line.write('\n');
    return line.toByteArray();
  }

  /** The id of the line that begins there; -1 if there is none. */
  static long id(byte[] bytes, int from, int to) {
    int digit = from + HEAD.length;
    for (int i = 0; i < HEAD.length; i++) {
      if (from + i >= to || bytes[from + i] != HEAD[i]) {
        return -1;
      }
    }
    long id = 0;
    int end = digit;
    while (end < to && end - digit < 18 && bytes[end] >= '0' && bytes[end] <= '9') {
      id = id * 10 + (bytes[end++] - '0');
    }
    return end > digit && end < to && bytes[end] == ',' && id <= MAX_ID ? id : -1;
  }

  /** Whether a line without its LF is a whole record, of this version or another one. */
  static boolean isIntact(byte[] bytes, int from, int to) {
    if (id(bytes, from, to) < 1) {
      return false;
    }
    try (JsonParser in = JSON.createParser(bytes, from, to - from)) {
      expect(in.nextToken() == JsonToken.START_OBJECT);
      in.skipChildren();
      return in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null;
    } catch (IOException _) {
      return false;
    }
  }

  /** The event of a line without its LF; null if this version cannot read it. */
  static Status.@Nullable EventRecord read(byte[] bytes, int from, int to) {
    try (JsonParser in = JSON.createParser(bytes, from, to - from)) {
      Map<String, @Nullable String> fields = fields(in);
      String took = fields.get("tookMicros");
      return new Status.EventRecord(
          Long.parseLong(required(fields, "id")),
          Instant.parse(required(fields, "at")),
          required(fields, "kind"),
          fields.get("member"),
          fields.get("pool"),
          fields.get("slot"),
          required(fields, "text"),
          took == null ? null : Long.valueOf(took),
          fields.get("effect"));
    } catch (IOException | NumberFormatException | DateTimeException _) {
      return null;
    }
  }

  private static Map<String, @Nullable String> fields(JsonParser in) throws IOException {
    var fields = new HashMap<String, @Nullable String>();
    expect(in.nextToken() == JsonToken.START_OBJECT);
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      if (value != null && value.isScalarValue()) {
        fields.put(name, value == JsonToken.VALUE_NULL ? null : in.getText());
      } else {
        in.skipChildren();
      }
    }
    expect(in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null);
    return fields;
  }

  private static String required(Map<String, @Nullable String> fields, String name)
      throws IOException {
    String value = fields.get(name);
    if (value == null) {
      throw new IOException("field '" + name + "' is missing");
    }
    return value;
  }

  private static void expect(boolean condition) throws IOException {
    if (!condition) {
      throw new IOException("not a record");
    }
  }
}
