package io.rollcall.config;

import io.rollcall.core.Sanitizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The texts given for settings, each with its origin, and the problems found in them. */
final class RawSettings {
  private static final int LONGEST_QUOTE = 80;

  private record Value(String origin, String text) {}

  private final String file;
  private final Map<String, Value> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param file named by a problem that does not concern one given value
   */
  RawSettings(String file) {
    this.file = file;
  }

  /** Sets the text of a setting; a later one overrides it. */
  void put(String origin, String path, String text) {
    values.put(path, new Value(origin, text));
  }

  /** All given texts, by path. */
  Map<String, String> texts() {
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, value -> value.getValue().text()));
  }

  /** The origin of each given text, by path. */
  Map<String, String> origins() {
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, value -> value.getValue().origin()));
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** The setting's value; its default if it was not given or is invalid. */
  <T> T required(SettingKey<T> key) {
    T value = optional(key);
    return value == null ? key.type().read(key.standard()).orElseThrow() : value;
  }

  /** The setting's value; null if it is empty and may be, or is invalid. */
  <T> @Nullable T optional(SettingKey<T> key) {
    String text = text(key);
    if (text.isEmpty() && key.optional()) {
      return null;
    }
    Optional<T> value = key.type().read(text);
    if (value.isEmpty()) {
      reject(key, key.type().expected());
    }
    return value.orElse(null);
  }

  /** Adds the problem that the given text is not what was expected. */
  void reject(SettingKey<?> key, String expected) {
    Value value = values.get(key.path());
    reject(
        value == null ? file : value.origin(),
        key.path(),
        expected,
        key.secret() && !text(key).isEmpty()
            ? "another value (not shown: it is a secret)"
            : quoted(text(key)));
  }

  void reject(String origin, String path, String expected, String got) {
    problems.add(origin + ": " + path + ": expected " + expected + ", got " + got);
  }

  void reject(String origin, String problem) {
    problems.add(origin + ": " + problem);
  }

  /** The given text, or the default. */
  String text(SettingKey<?> key) {
    Value value = values.get(key.path());
    return value == null ? key.standard() : value.text();
  }

  /** Foreign text on one line, in quotes; a long one is cut. */
  static String quoted(String text) {
    if (text.isEmpty()) {
      return "nothing";
    }
    return Sanitizer.quoted(text, LONGEST_QUOTE);
  }
}
