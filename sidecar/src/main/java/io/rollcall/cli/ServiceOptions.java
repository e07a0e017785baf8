package io.rollcall.cli;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.config.SettingsFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which sidecar a command means: by default the one on this machine, by its own settings. */
final class ServiceOptions {
  private static final Path INSTALLED = Path.of("/etc/rollcall");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings of the service (default: /etc/rollcall/sidecar.yaml).")
  private @Nullable Path config;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Another balancer's sidecar, such as http://192.0.2.1:9999.")
  private @Nullable URI url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the bearer token (default: the token of the settings).")
  private @Nullable Path tokenFile;

  /** The settings file: the option, else that of the variable ROLLCALL_CONF, else the installed. */
  Path config(Map<String, String> environment) {
    if (config != null) {
      return config;
    }
    String directory = environment.getOrDefault("ROLLCALL_CONF", "");
    return (directory.isEmpty() ? INSTALLED : Path.of(directory)).resolve("sidecar.yaml");
  }

  /** The settings of the service; a {@link CliFailure} names what is wrong with them. */
  Settings settings(Map<String, String> environment) {
    return switch (SettingsFile.load(config(environment), environment)) {
      case Loaded.Valid valid -> valid.settings();
      case Loaded.Rejected rejected ->
          throw new CliFailure(CliFailure.USAGE, String.join("\nrollcall: ", rejected.lines()));
    };
  }

  ApiEndpoint endpoint(Map<String, String> environment) {
    String token = tokenFile == null ? null : token(tokenFile);
    if (url == null) {
      ApiEndpoint own = ApiEndpoint.of(settings(environment));
      return token == null ? own : own.withToken(token);
    }
    if (SettingsFile.load(config(environment), environment) instanceof Loaded.Valid valid) {
      ApiEndpoint other = ApiEndpoint.of(valid.settings()).at(url);
      return token == null ? other : other.withToken(token);
    }
    return new ApiEndpoint(url, token, null);
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CliFailure(
          CliFailure.USAGE, "--token-file: expected a readable file, got " + file, e);
    }
  }
}
