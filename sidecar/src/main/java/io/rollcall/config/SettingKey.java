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

  /** This setting of one pool. */
  SettingKey<T> at(int pool) {
    return new SettingKey<>(path.replace("[]", "[" + pool + "]"), type, standard, optional, secret);
  }

  /** Its environment variable; {@code SIDECAR_POOLS_#_PORT} for that of every pool. */
  String variable() {
    return "SIDECAR_" + path.replace("[]", ".#").replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
