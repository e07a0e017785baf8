package io.rollcall.config;

import io.rollcall.config.YamlNode.Mapping;
import io.rollcall.config.YamlNode.Scalar;
import io.rollcall.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the text of each setting from a YAML document, and rejects everything else. */
final class YamlSettings {
  private static final String POOLS = "pools";

  private final String file;
  private final RawSettings given;
  private final Map<String, Integer> counts = new HashMap<>();

  YamlSettings(String file, RawSettings given) {
    this.file = file;
    this.given = given;
  }

  /** Reads all of it; the result is the number of entries of each list, 1 for absent pools. */
  Map<String, Integer> read(YamlNode document) {
    counts.put(POOLS, 1);
    section("", document);
    return Map.copyOf(counts);
  }

  private void section(String path, YamlNode node) {
    List<String> names = SettingKeys.under(general(path));
    switch (node) {
      case Mapping(var nodes) ->
          nodes.forEach((name, child) -> {
            String childPath = path.isEmpty() ? name : path + "." + name;
            if (names.contains(name)) {
              known(childPath, child);
            } else {
              unknown(path, name, names);
            }
          });
      case Scalar(var text) when text.isEmpty() -> {}
      case Scalar _, Sequence _ ->
          given.reject(
              file,
              path.isEmpty() ? "the file" : path,
              "the keys " + String.join(", ", names),
              shape(node));
    }
  }

  private void unknown(String section, String name, List<String> names) {
    String prefix = section.isEmpty() ? "" : section + ".";
    String advice =
        SimilarName.of(name, names)
            .map(similar -> ", did you mean " + prefix + similar + "?")
            .orElse("");
    given.reject(
        file,
        "unknown key %s%s (expected one of %s)"
            .formatted(RawSettings.quoted(prefix + name), advice, String.join(", ", names)));
  }

  private void known(String path, YamlNode node) {
    SettingKey<?> key = SettingKeys.ofPath(general(path));
    if (key != null) {
      value(path, key, node);
    } else if (SettingKeys.lists().contains(path)) {
      list(path, node);
    } else {
      section(path, node);
    }
  }

  private void list(String path, YamlNode node) {
    boolean pools = path.equals(POOLS);
    switch (node) {
      case Sequence(var nodes) when !(pools && nodes.isEmpty()) -> {
        counts.put(path, nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
          section(path + "[" + i + "]", nodes.get(i));
        }
      }
      case Scalar(var text) when text.isEmpty() -> {}
      case Sequence _, Scalar _, Mapping _ ->
          given.reject(file, path, pools ? "a list of at least one pool" : "a list", shape(node));
    }
  }

  private void value(String path, SettingKey<?> key, YamlNode node) {
    String text = text(key.type(), node);
    if (text == null) {
      given.reject(file, path, key.type().expected(), shape(node));
    } else {
      given.put(file, path, text);
    }
  }

  /** The text that the environment would have for this value; null for another shape. */
  private static @Nullable String text(SettingType<?> type, YamlNode node) {
    return switch (node) {
      case Scalar(var text) -> text;
      case Sequence(var nodes) when type.shape() == SettingType.Shape.LIST ->
          joined(nodes.stream());
      case Mapping(var nodes) when type.shape() == SettingType.Shape.TAGS ->
          joined(nodes.entrySet().stream().map(tag -> tag(tag.getKey(), tag.getValue())));
      case Sequence _, Mapping _ -> null;
    };
  }

  private static YamlNode tag(String name, YamlNode value) {
    return value instanceof Scalar(var text) && !name.contains("=")
        ? new Scalar(name + "=" + text)
        : new Sequence(List.of());
  }

  /** Null if one is not a text, or contains the comma that separates items. */
  private static @Nullable String joined(Stream<YamlNode> nodes) {
    var texts = new ArrayList<String>();
    for (YamlNode node : nodes.toList()) {
      if (!(node instanceof Scalar(var text)) || text.contains(",")) {
        return null;
      }
      texts.add(text);
    }
    return String.join(",", texts);
  }

  private static String shape(YamlNode node) {
    return switch (node) {
      case Scalar(var text) -> text.isEmpty() ? "nothing" : "text";
      case Sequence(var nodes) -> nodes.isEmpty() ? "an empty list" : "a list";
      case Mapping _ -> "a mapping";
    };
  }

  /** {@code pools[].port} of {@code pools[3].port}. */
  private static String general(String path) {
    return path.replaceAll("\\[\\d+]", "[]");
  }
}
