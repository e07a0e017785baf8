package io.rollcall.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code SIDECAR_} variables of the environment, which override the file. */
final class EnvironmentSettings {
  private static final String FROM_FILE = "_FILE";
  private static final Pattern POOL = Pattern.compile("(?<=^SIDECAR_POOLS_)\\d{1,3}(?=_)");

  /**
   * A variable that names a setting.
   *
   * @param pool index of the setting's pool, -1 for none
   * @param fromFile it holds the path of a file with the value
   */
  private record Variable(String name, SettingKey<?> key, int pool, boolean fromFile) {}

  private final Map<String, String> environment;
  private final RawSettings given;

  EnvironmentSettings(Map<String, String> environment, RawSettings given) {
    this.environment = new TreeMap<>(environment);
    this.environment.keySet().removeIf(name -> !name.startsWith("SIDECAR_"));
    this.given = given;
  }

  /**
   * Reads all of them; the next free index adds a pool.
   *
   * @param pools number of pools in the file
   * @return number of pools now
   */
  int read(int pools) {
    var variables = new ArrayList<Variable>();
    for (String name : environment.keySet()) {
      Variable variable = variable(name);
      if (variable == null) {
        given.reject(name, "unknown variable" + advice(name));
      } else {
        variables.add(variable);
      }
    }
    variables.sort(Comparator.comparingInt(Variable::pool));
    int count = pools;
    for (Variable variable : variables) {
      if (variable.pool() == count) {
        count++;
      }
      if (variable.pool() >= count) {
        given.reject(
            variable.name(),
            variable.key().path(),
            "a pool index from 0 to " + count,
            String.valueOf(variable.pool()));
      } else {
        value(variable);
      }
    }
    return count;
  }

  private static String advice(String name) {
    Matcher index = POOL.matcher(name);
    String pool = index.find() ? index.group() : "0";
    List<String> known =
        SettingKeys.ALL.stream().map(key -> key.variable().replace("#", pool)).toList();
    return SimilarName.of(name, known)
        .map(similar -> ", did you mean " + similar + "?")
        .orElse(
            " (expected SIDECAR_ and the path of a setting, such as SIDECAR_HTTP_PORT for"
                + " http.port)");
  }

  private static @Nullable Variable variable(String name) {
    Matcher index = POOL.matcher(name);
    int pool = index.find() ? Integer.parseInt(index.group()) : -1;
    String general = name.contains("#") ? "" : index.replaceFirst("#");
    SettingKey<?> key = SettingKeys.ofVariable(general);
    if (key != null) {
      return new Variable(name, key.at(pool), pool, false);
    }
    SettingKey<?> secret =
        general.endsWith(FROM_FILE)
            ? SettingKeys.ofVariable(general.substring(0, general.length() - FROM_FILE.length()))
            : null;
    return secret == null || !secret.secret() ? null : new Variable(name, secret, pool, true);
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
      given.put(variable.name(), path, SmallFile.read(file).replaceFirst("\\r?\\n\\z", ""));
    } catch (IOException e) {
      given.reject(
          variable.name(),
          path,
          "the path of a readable file",
          RawSettings.quoted(file) + " (" + e.getMessage() + ")");
    }
  }
}
