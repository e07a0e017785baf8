package io.rollcall.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The texts given for settings, each with its origin, and what was found wrong with them. */
final class RawSettings {
  private static final int LONGEST_QUOTE = 80;

  private record Value(String origin, String text) {}

  private final String file;
  private final Map<String, Value> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param file what a problem names that concerns no single given value
   */
  RawSettings(String file) {
    this.file = file;
  }

  /** The text of a setting; a later one wins. */
  void put(String origin, String path, String text) {
    values.put(path, new Value(origin, text));
  }

  /** All that was given, by path. */
  Map<String, String> texts() {
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, value -> value.getValue().text()));
  }

  /** Where each that was given came from, by path. */
  Map<String, String> origins() {
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, value -> value.getValue().origin()));
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** The setting's value; its default where it was not given, or not well. */
  <T> T required(SettingKey<T> key) {
    T value = optional(key);
    return value == null ? key.kind().read(key.standard()).orElseThrow() : value;
  }

  /** The setting's value; null where it is empty and may be, or was not given well. */
  <T> @Nullable T optional(SettingKey<T> key) {
    String text = text(key);
    if (text.isEmpty() && key.optional()) {
      return null;
    }
    Optional<T> value = key.kind().read(text);
    if (value.isEmpty()) {
      refuse(key, key.kind().expected());
    }
    return value.orElse(null);
  }

  /** The given text is not what was expected. */
  void refuse(SettingKey<?> key, String expected) {
    Value value = values.get(key.path());
    refuse(
        value == null ? file : value.origin(),
        key.path(),
        expected,
        key.secret() && !text(key).isEmpty() ? "a secret that is not" : quoted(text(key)));
  }

  void refuse(String origin, String path, String expected, String got) {
    problems.add(origin + ": " + path + ": expected " + expected + ", got " + got);
  }

  void refuse(String origin, String problem) {
    problems.add(origin + ": " + problem);
  }

  /** Its text as given, or its default's. */
  String text(SettingKey<?> key) {
    Value value = values.get(key.path());
    return value == null ? key.standard() : value.text();
  }

  /** Foreign text on one line: quoted, without control characters, cut where it is long. */
  static String quoted(String text) {
    if (text.isEmpty()) {
      return "nothing";
    }
    String shown = text.replaceAll("\\p{C}", "?");
    return '"'
        + (shown.length() > LONGEST_QUOTE ? shown.substring(0, LONGEST_QUOTE) + "…" : shown)
        + '"';
  }
}
