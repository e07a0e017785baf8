package io.rollcall.config;

import io.rollcall.core.Sanitizer;
import java.io.IOException;
import java.nio.file.Path;
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
  private final List<Loaded.NamedFile> files = new ArrayList<>();

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

  List<Loaded.NamedFile> files() {
    return List.copyOf(files);
  }

  /** A setting names this file. */
  void names(String setting, Path path, boolean secret) {
    files.add(new Loaded.NamedFile(setting, path, secret));
  }

  /** The secret in a file that a setting names, without the end of its line. */
  String read(String setting, String named) throws IOException {
    String text = SmallFile.read(named).replaceFirst("\\r?\\n\\z", "");
    names(setting, Path.of(named), true);
    return text;
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

  /** A secret that is given as it is, or by the name of a file; null for none or an invalid one. */
  @Nullable String secret(SettingKey<String> key, SettingKey<Path> fileKey, boolean required) {
    Path path = optional(fileKey);
    boolean direct = !text(key).isEmpty();
    if ((path != null && direct) || (required && path == null && !direct)) {
      String name = fileKey.path().substring(fileKey.path().lastIndexOf('.') + 1);
      reject(key, "either this or " + name);
      return null;
    }
    return path == null ? optional(key) : fromFile(key, fileKey, path);
  }

  private @Nullable String fromFile(SettingKey<String> key, SettingKey<Path> fileKey, Path path) {
    try {
      String text = read(fileKey.path(), path.toString());
      Optional<String> value = key.type().read(text);
      if (value.isEmpty()) {
        reject(fileKey, "a file with " + key.type().expected());
      }
      return value.orElse(null);
    } catch (IOException e) {
      reject(fileKey, "the path of a readable file (" + e.getMessage() + ")");
      return null;
    }
  }

  /** If the first is set, the second must be. */
  void together(SettingKey<?> first, SettingKey<?> second) {
    if (!text(first).isEmpty() && text(second).isEmpty()) {
      reject(second, second.type().expected() + ", because " + first.path() + " is set");
    }
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
