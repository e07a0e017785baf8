package io.rollcall.config;

import com.fasterxml.jackson.core.JacksonException;
import io.rollcall.config.SettingType.HostPort;
import io.rollcall.config.YamlNode.Scalar;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.PoolPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads the settings: defaults, then the YAML file, then the environment, which overrides both. */
public final class SettingsFile {
  private static final int LONGEST_PROBLEM = 200;

  private final String file;
  private final RawSettings given;

  private SettingsFile(String file) {
    this.file = file;
    this.given = new RawSettings(file);
  }

  /**
   * Reads and checks all settings. Never throws for bad input: the result lists every problem.
   * Blocks on small files, so it must run before the event loop.
   *
   * @param environment all variables; those without the prefix {@code SIDECAR_} are ignored
   */
  public static Loaded load(Path file, Map<String, String> environment) {
    return new SettingsFile(file.toString()).load(environment);
  }

  private Loaded load(Map<String, String> environment) {
    int inFile = new YamlSettings(file, given).read(document());
    int pools = new EnvironmentSettings(environment, given).read(inFile);
    Settings settings = settings(pools);
    List<String> problems = given.problems();
    return problems.isEmpty()
        ? new Loaded.Valid(settings, given.origins())
        : new Loaded.Rejected(problems);
  }

  private YamlNode document() {
    try {
      return YamlNode.parse(SmallFile.read(file));
    } catch (JacksonException e) {
      given.reject(file, invalid(e));
    } catch (IOException e) {
      given.reject(file, "cannot be read: " + e.getMessage());
    }
    return new Scalar("");
  }

  /** One line, without the text around the problem, which may contain a secret. */
  private static String invalid(JacksonException e) {
    return e.getCause() instanceof MarkedYAMLException yaml
        ? invalid(yaml.getProblemMark().getLine() + 1, yaml.getProblem())
        : invalid(
            e.getLocation().getLineNr(), e.getOriginalMessage().lines().findFirst().orElse(""));
  }

  private static String invalid(int line, String problem) {
    return "line " + line + ": invalid YAML: " + Sanitizer.line(problem, LONGEST_PROBLEM);
  }

  private Settings settings(int pools) {
    HostPort rpc = given.optional(SettingKeys.SERF_RPC);
    return new Settings(
        new Settings.HttpSettings(
            given.required(SettingKeys.HTTP_HOST),
            given.required(SettingKeys.HTTP_PORT),
            given.optional(SettingKeys.HTTP_TOKEN)),
        new Settings.SerfSettings(
            given.required(SettingKeys.SERF_PIPE),
            rpc == null ? null : rpc.host(),
            rpc == null ? 0 : rpc.port(),
            given.optional(SettingKeys.SERF_AUTH_KEY),
            given.required(SettingKeys.SERF_RESYNC)),
        new Settings.HaproxySettings(
            given.required(SettingKeys.HAPROXY_SOCKET),
            given.required(SettingKeys.HAPROXY_STATE_FILE),
            given.required(SettingKeys.HAPROXY_RESYNC),
            given.required(SettingKeys.HAPROXY_POLL)),
        given.required(SettingKeys.STATE_DIR),
        pools(pools),
        mail());
  }

  private List<PoolPolicy> pools(int count) {
    List<PoolPolicy> pools = IntStream.range(0, count).mapToObj(this::pool).toList();
    var backends = new HashSet<String>();
    for (int i = 0; i < count; i++) {
      if (!backends.add(pools.get(i).backend())) {
        given.reject(SettingKeys.BACKEND.at(i), "a backend that no other pool has");
      }
    }
    return pools;
  }

  private PoolPolicy pool(int index) {
    return new PoolPolicy(
        given.required(SettingKeys.BACKEND.at(index)),
        given.required(SettingKeys.MATCH.at(index)),
        given.required(SettingKeys.POOL_PORT.at(index)),
        given.required(SettingKeys.DRAIN_TIMEOUT.at(index)),
        given.required(SettingKeys.SESSION_IDLE.at(index)),
        given.required(SettingKeys.SUSPECT_TIMEOUT.at(index)),
        given.required(SettingKeys.HOLD_BELOW.at(index)),
        given.required(SettingKeys.GROW_TO.at(index)),
        given.required(SettingKeys.SERVER_OPTIONS.at(index)));
  }

  private Settings.MailSettings mail() {
    together(SettingKeys.MAIL_HOST, SettingKeys.MAIL_FROM);
    together(SettingKeys.MAIL_HOST, SettingKeys.MAIL_TO);
    together(SettingKeys.MAIL_USER, SettingKeys.MAIL_PASSWORD);
    together(SettingKeys.MAIL_PASSWORD, SettingKeys.MAIL_USER);
    return new Settings.MailSettings(
        given.optional(SettingKeys.MAIL_HOST),
        given.required(SettingKeys.MAIL_PORT),
        given.required(SettingKeys.MAIL_TLS),
        given.optional(SettingKeys.MAIL_USER),
        given.optional(SettingKeys.MAIL_PASSWORD),
        given.optional(SettingKeys.MAIL_FROM),
        Objects.requireNonNullElse(given.optional(SettingKeys.MAIL_TO), List.of()));
  }

  /** If the first is set, the second must be. */
  private void together(SettingKey<?> first, SettingKey<?> second) {
    if (!given.text(first).isEmpty() && given.text(second).isEmpty()) {
      given.reject(second, second.type().expected() + ", because " + first.path() + " is set");
    }
  }
}
