package io.rollcall.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;

/** JSON texts that differ from a given one in the value of one field or element. */
public final class Mutations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] VALUES = {"null", "7", "1e99", "\"x\"", "[null]", "{\"x\":null}"};

  private Mutations() {}

  /** Passes each of these texts on. */
  public static void of(String text, Consumer<String> mutated) throws JsonProcessingException {
    JsonNode root = JSON.readTree(text);
    vary(root, root, mutated);
  }

  private static void vary(JsonNode root, JsonNode node, Consumer<String> mutated)
      throws JsonProcessingException {
    if (node instanceof ObjectNode object) {
      for (var field : List.copyOf(object.properties())) {
        JsonNode before = field.getValue();
        for (String value : VALUES) {
          object.set(field.getKey(), JSON.readTree(value));
          mutated.accept(root.toString());
        }
        object.set(field.getKey(), before);
        vary(root, before, mutated);
      }
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode before = array.get(i);
        for (String value : VALUES) {
          array.set(i, JSON.readTree(value));
          mutated.accept(root.toString());
        }
        array.set(i, before);
        vary(root, before, mutated);
      }
    }
  }
}
