package io.rollcall.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.rollcall.core.ClockReading;
import io.rollcall.core.StoredFormat;
import java.time.DateTimeException;

/** The JSON text of a {@link StoredFormat}. Pure; a text that cannot be read is a value. */
public final class JsonDocument<T> {
  /** Some 10,000 members; each token is an object on the heap. */
  private static final int MAX_TOKENS = 400_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build())
                  .build())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final StoredFormat<T> format;

  public JsonDocument(StoredFormat<T> format) {
    this.format = format;
  }

  /** What a text holds. */
  public sealed interface Content<T> {
    /** What could be read. */
    T value();

    /** A text of this version or an older one. */
    record Whole<T>(T value) implements Content<T> {}

    /** A text that a newer version of the program wrote; the value has its stable fields. */
    record Newer<T>(T value, int version) implements Content<T> {}

    /** Another text; {@code reason} is one line. The value has the stable fields, if any. */
    record Damaged<T>(T value, String reason) implements Content<T> {}
  }

  public String write(T value, ClockReading now) {
    try {
      return JSON.writeValueAsString(format.write(value, now)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every value can be written", e);
    }
  }

  public Content<T> read(String text, ClockReading now) {
    JsonNode tree;
    try {
      tree = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return new Content.Damaged<>(format.empty(), line(e));
    }
    JsonNode version = tree.path("version");
    if (!version.isInt() || version.intValue() < 1) {
      String reason = tree.isMissingNode() ? "it is empty" : "it is not an object with a version";
      return new Content.Damaged<>(stableFields(tree, now), reason);
    }
    if (version.intValue() > format.version()) {
      return new Content.Newer<>(stableFields(tree, now), version.intValue());
    }
    try {
      return new Content.Whole<>(format.read(new JsonFields(tree), now));
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      return new Content.Damaged<>(stableFields(tree, now), String.valueOf(e.getMessage()));
    }
  }

  private T stableFields(JsonNode tree, ClockReading now) {
    try {
      return format.readStable(new JsonFields(tree), now);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException _) {
      return format.empty();
    }
  }

  private static String line(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("it is not JSON");
  }

  private record JsonFields(JsonNode tree) implements StoredFormat.StoredFields {
    @Override
    public <R extends Record> R as(Class<R> type) {
      try {
        R fields = JSON.treeToValue(tree, type);
        return StoredFormat.required(fields, "version");
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException(line(e), e);
      }
    }
  }
}
