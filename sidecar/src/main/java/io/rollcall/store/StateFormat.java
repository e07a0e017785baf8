package io.rollcall.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.SlotId;
import java.io.IOException;
import java.util.Objects;

/**
 * The memory as the JSON text of one file in {@code state.dir}. Pure; a text that can't be read is
 * a value.
 */
public final class StateFormat {
  private static final int VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(
              new SimpleModule()
                  .addKeyDeserializer(SlotId.class, new SlotKey())
                  .addSerializer(Endpoint.class, new EndpointWriter())
                  .addDeserializer(Endpoint.class, new EndpointReader()))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private StateFormat() {}

  private record Form(int version, SavedState memory) {
    private Form {
      Objects.requireNonNull(memory);
    }
  }

  /** What a text holds. */
  public sealed interface Read {
    /** A whole memory. */
    record Whole(SavedState memory) implements Read {}

    /** Not a memory, or one of a version this sidecar does not know; {@code why} is one line. */
    record Damaged(String why) implements Read {}
  }

  public static String write(SavedState memory) {
    try {
      return JSON.writeValueAsString(new Form(VERSION, memory)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every memory can be written", e);
    }
  }

  public static Read read(String text) {
    try {
      Form form = JSON.readValue(text, Form.class);
      if (form == null || form.version() != VERSION) {
        return new Read.Damaged("expected version " + VERSION);
      }
      return new Read.Whole(form.memory());
    } catch (JsonProcessingException e) {
      return new Read.Damaged(e.getOriginalMessage().lines().findFirst().orElse("unreadable"));
    }
  }

  private static final class SlotKey extends KeyDeserializer {
    @Override
    public SlotId deserializeKey(String key, DeserializationContext context) throws IOException {
      int slash = key.indexOf('/');
      if (slash < 1) {
        throw context.weirdKeyException(SlotId.class, key, "expected backend/server");
      }
      return new SlotId(key.substring(0, slash), key.substring(slash + 1));
    }
  }

  private static final class EndpointWriter extends JsonSerializer<Endpoint> {
    @Override
    public void serialize(Endpoint endpoint, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(endpoint.toString());
    }
  }

  private static final class EndpointReader extends JsonDeserializer<Endpoint> {
    @Override
    public Endpoint deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getValueAsString("");
      int colon = text.lastIndexOf(':');
      try {
        String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
        return Endpoint.of(host, Integer.parseInt(text.substring(colon + 1)));
      } catch (IllegalArgumentException _) {
        return (Endpoint)
            context.handleWeirdStringValue(Endpoint.class, text, "expected address:port");
      }
    }
  }
}
