package io.rollcall.config;

import java.util.Locale;

/**
 * One setting.
 *
 * @param path {@code http.port}; {@code pools[].port} for that of every pool
 * @param standard the text of its default
 * @param optional whether it may be empty
 * @param secret whether its value is never shown, and may come from a file
 */
record SettingKey<T>(
    String path, SettingType<T> type, String standard, boolean optional, boolean secret) {

  static <T> SettingKey<T> of(String path, SettingType<T> type, String standard) {
    return new SettingKey<>(path, type, standard, false, false);
  }

  static <T> SettingKey<T> optional(String path, SettingType<T> type, String standard) {
    return new SettingKey<>(path, type, standard, true, false);
  }

  static SettingKey<String> secret(String path, SettingType<String> type) {
    return new SettingKey<>(path, type, "", true, true);
  }

  /** The path of the list whose entries have this setting; empty if it is in no list. */
  String list() {
    int begin = path.indexOf('[');
    return begin < 0 ? "" : path.substring(0, begin);
  }

  /** This setting of one pool, or of one entry of another list. */
  SettingKey<T> at(int entry) {
    return new SettingKey<>(
        path.replace("[]", "[" + entry + "]"), type, standard, optional, secret);
  }

  /** Its environment variable; {@code SIDECAR_POOLS_#_PORT} for that of every pool. */
  String variable() {
    return "SIDECAR_" + path.replace("[]", ".#").replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
