package io.rollcall.config;

import java.util.Locale;

/**
 * One setting.
 *
 * @param path {@code http.port}; {@code pools[].port} for that of every pool
 * @param standard the text of its default
 * @param optional it may be empty
 * @param secret its value is never shown, and may come from a file
 */
record Key<T>(String path, Kind<T> kind, String standard, boolean optional, boolean secret) {

  static <T> Key<T> of(String path, Kind<T> kind, String standard) {
    return new Key<>(path, kind, standard, false, false);
  }

  static <T> Key<T> optional(String path, Kind<T> kind, String standard) {
    return new Key<>(path, kind, standard, true, false);
  }

  static Key<String> secret(String path, Kind<String> kind) {
    return new Key<>(path, kind, "", true, true);
  }

  /** This setting of one pool. */
  Key<T> at(int pool) {
    return new Key<>(path.replace("[]", "[" + pool + "]"), kind, standard, optional, secret);
  }

  /** Its environment variable; {@code SIDECAR_POOLS_#_PORT} for that of every pool. */
  String variable() {
    return "SIDECAR_" + path.replace("[]", ".#").replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
