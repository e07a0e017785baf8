package io.rollcall.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code http} of the settings. */
final class HttpSection {
  private static final Pattern CERTIFICATE = Pattern.compile("-----BEGIN CERTIFICATE-----");
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN (RSA |EC )?PRIVATE KEY-----");

  private final RawSettings given;

  HttpSection(RawSettings given) {
    this.given = given;
  }

  /**
   * The section.
   *
   * @param tokens how many entries {@code http.tokens} has
   */
  Settings.HttpSettings settings(int tokens) {
    given.together(SettingKeys.TLS_CERTIFICATE, SettingKeys.TLS_KEY);
    given.together(SettingKeys.TLS_KEY, SettingKeys.TLS_CERTIFICATE);
    return new Settings.HttpSettings(
        given.required(SettingKeys.HTTP_HOST),
        given.required(SettingKeys.HTTP_PORT),
        given.optional(SettingKeys.HTTP_TOKEN),
        tokens(tokens),
        Objects.requireNonNullElse(given.optional(SettingKeys.HTTP_HOSTS), List.of()),
        Objects.requireNonNullElse(given.optional(SettingKeys.HTTP_TRUSTED_PROXIES), List.of()),
        pem(SettingKeys.TLS_CERTIFICATE, "a certificate", CERTIFICATE),
        pem(SettingKeys.TLS_KEY, "a private key without a password", PRIVATE_KEY));
  }

  private @Nullable Path pem(SettingKey<Path> key, String contents, Pattern begin) {
    Path file = given.optional(key);
    if (file == null) {
      return null;
    }
    given.names(key.path(), file, key.equals(SettingKeys.TLS_KEY));
    try {
      if (!begin.matcher(SmallFile.read(file.toString())).find()) {
        given.reject(key, "a PEM file with " + contents);
      }
    } catch (IOException e) {
      given.reject(key, "the path of a readable file (" + e.getMessage() + ")");
    }
    return file;
  }

  private List<Settings.TokenSettings> tokens(int count) {
    var tokens = new ArrayList<Settings.TokenSettings>();
    // http.token is the operator of this name
    var names = new HashSet<>(Set.of("token"));
    for (int i = 0; i < count; i++) {
      String name = given.optional(SettingKeys.TOKEN_NAME.at(i));
      Settings.TokenRole role = given.optional(SettingKeys.TOKEN_ROLE.at(i));
      String secret =
          given.secret(SettingKeys.TOKEN_SECRET.at(i), SettingKeys.TOKEN_FILE.at(i), true);
      if (given.text(SettingKeys.TOKEN_NAME.at(i)).isEmpty()) {
        given.reject(SettingKeys.TOKEN_NAME.at(i), SettingKeys.TOKEN_NAME.type().expected());
      } else if (name != null && !names.add(name)) {
        given.reject(SettingKeys.TOKEN_NAME.at(i), "a name that no other token has");
      }
      if (given.text(SettingKeys.TOKEN_ROLE.at(i)).isEmpty()) {
        given.reject(SettingKeys.TOKEN_ROLE.at(i), SettingKeys.TOKEN_ROLE.type().expected());
      }
      if (name != null && role != null && secret != null) {
        tokens.add(new Settings.TokenSettings(name, role, secret));
      }
    }
    return tokens;
  }
}
