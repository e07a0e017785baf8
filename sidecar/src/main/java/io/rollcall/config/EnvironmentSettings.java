package io.rollcall.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the {@code SIDECAR_} variables of the environment, which override the file. */
final class EnvironmentSettings {
  private static final String FROM_FILE = "_FILE";
  private static final Pattern INDEX = index();

  /**
   * A variable that names a setting.
   *
   * @param list path of the list that has the setting, empty for none
   * @param index of the entry of the list, -1 for none
   * @param fromFile it holds the path of a file with the value
   */
  private record Variable(
      String name, SettingKey<?> key, String list, int index, boolean fromFile) {}

  private final Map<String, String> environment;
  private final RawSettings given;

  EnvironmentSettings(Map<String, String> environment, RawSettings given) {
    this.environment = new TreeMap<>(environment);
    this.environment.keySet().removeIf(name -> !name.startsWith("SIDECAR_"));
    this.given = given;
  }

  /**
   * Reads all of them; the next free index adds a pool, or an entry of another list.
   *
   * @param inFile number of entries of each list in the file
   * @return the numbers now
   */
  Map<String, Integer> read(Map<String, Integer> inFile) {
    var variables = new ArrayList<Variable>();
    for (String name : environment.keySet()) {
      Variable variable = variable(name);
      if (variable == null) {
        given.reject(name, "unknown variable" + advice(name));
      } else {
        variables.add(variable);
      }
    }
    variables.sort(Comparator.comparingInt(Variable::index));
    var counts = new HashMap<>(inFile);
    for (Variable variable : variables) {
      int count = counts.getOrDefault(variable.list(), 0);
      if (variable.index() > count) {
        String what = variable.list().equals("pools") ? "a pool index" : "an index";
        given.reject(
            variable.name(),
            variable.key().path(),
            what + " from 0 to " + count,
            String.valueOf(variable.index()));
        continue;
      }
      if (variable.index() == count) {
        counts.put(variable.list(), count + 1);
      }
      value(variable);
    }
    return counts;
  }

  /** The index in the name of a variable. */
  private static Pattern index() {
    String lists =
        SettingKeys.lists().stream()
            .map(list -> list.replace('.', '_').toUpperCase(Locale.ROOT))
            .collect(Collectors.joining("|"));
    return Pattern.compile("(?<=^SIDECAR_(?:" + lists + ")_)\\d{1,3}(?=_)");
  }

  private static String advice(String name) {
    Matcher index = INDEX.matcher(name);
    String entry = index.find() ? index.group() : "0";
    List<String> known =
        SettingKeys.ALL.stream().map(key -> key.variable().replace("#", entry)).toList();
    return SimilarName.of(name, known)
        .map(similar -> ", did you mean " + similar + "?")
        .orElse(
            " (expected SIDECAR_ and the path of a setting, such as SIDECAR_HTTP_PORT for"
                + " http.port)");
  }

  private static @Nullable Variable variable(String name) {
    Matcher index = INDEX.matcher(name);
    int entry = index.find() ? Integer.parseInt(index.group()) : -1;
    String general = name.contains("#") ? "" : index.replaceFirst("#");
    SettingKey<?> key = SettingKeys.ofVariable(general);
    if (key != null) {
      return new Variable(name, key.at(entry), key.list(), entry, false);
    }
    SettingKey<?> secret =
        general.endsWith(FROM_FILE)
            ? SettingKeys.ofVariable(general.substring(0, general.length() - FROM_FILE.length()))
            : null;
    return secret == null || !secret.secret()
        ? null
        : new Variable(name, secret.at(entry), secret.list(), entry, true);
  }

  private void value(Variable variable) {
    String text = environment.getOrDefault(variable.name(), "");
    String path = variable.key().path();
    if (!variable.fromFile()) {
      given.put(variable.name(), path, text);
    } else if (!environment.getOrDefault(variable.key().variable(), "").isEmpty()) {
      given.reject(
          variable.name(),
          path,
          "only one of " + variable.key().variable() + " and " + variable.name(),
          "both");
    } else {
      secret(variable, text);
    }
  }

  private void secret(Variable variable, String file) {
    String path = variable.key().path();
    try {
      given.put(variable.name(), path, given.read(variable.name(), file));
    } catch (IOException e) {
      given.reject(
          variable.name(),
          path,
          "the path of a readable file",
          RawSettings.quoted(file) + " (" + e.getMessage() + ")");
    }
  }
}
