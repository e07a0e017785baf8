package io.rollcall.config;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML document as it was written. A scalar is its text, even if YAML would convert it to a
 * number or a boolean: {@code off} stays {@code off}, a password {@code 0123} keeps its zero.
 */
sealed interface YamlNode {
  record Scalar(String text) implements YamlNode {}

  record Sequence(List<YamlNode> nodes) implements YamlNode {}

  record Mapping(Map<String, YamlNode> nodes) implements YamlNode {}

  /**
   * Parses a document; an empty one is an empty text. Throws for anything but one YAML document.
   */
  static YamlNode parse(String yaml) throws IOException {
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      YamlNode node = node(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "expected one document, found a second");
      }
      return node;
    }
  }

  private static YamlNode node(YAMLParser parser, @Nullable JsonToken token) throws IOException {
    if (parser.isCurrentAlias()) {
      throw new JsonParseException(parser, "aliases are not supported");
    }
    return switch (token) {
      case START_OBJECT -> mapping(parser);
      case START_ARRAY -> sequence(parser);
      case null -> new Scalar("");
      case VALUE_NULL -> new Scalar("");
      default -> new Scalar(parser.getText());
    };
  }

  private static Mapping mapping(YAMLParser parser) throws IOException {
    var nodes = new LinkedHashMap<String, YamlNode>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (nodes.put(name, node(parser, parser.nextToken())) != null) {
        throw new JsonParseException(parser, "key " + RawSettings.quoted(name) + " is given twice");
      }
    }
    return new Mapping(nodes);
  }

  private static Sequence sequence(YAMLParser parser) throws IOException {
    var nodes = new ArrayList<YamlNode>();
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.END_ARRAY) {
      nodes.add(node(parser, token));
      token = parser.nextToken();
    }
    return new Sequence(nodes);
  }
}
