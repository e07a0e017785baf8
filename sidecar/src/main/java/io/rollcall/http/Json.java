package io.rollcall.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.rollcall.core.status.Format;
import java.io.IOException;
import java.io.Serial;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as the contract spells them: states in small letters, times by RFC 3339 in UTC,
 * nulls written.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new ToStringSerializer(Instant.class))
                  .addSerializer(new SmallLetters()))
          .build();

  /** Two values for one key, or text behind the end: what was meant nobody knows. */
  private static final ObjectReader READER =
      MAPPER
          .reader()
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  public static String of(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value that has no JSON: " + value.getClass(), e);
    }
  }

  /** What a client sent; a missing node where that is not one JSON value. */
  static JsonNode read(@Nullable String text) {
    try {
      return text == null ? MissingNode.getInstance() : READER.readTree(text);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }

  private static final class SmallLetters extends StdSerializer<Enum<?>> {
    @Serial private static final long serialVersionUID = 1;

    SmallLetters() {
      super(Enum.class, false);
    }

    @Override
    public void serialize(Enum<?> value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(Format.of(value));
    }
  }
}
