package io.rollcall.config;

import com.fasterxml.jackson.core.JacksonException;
import io.rollcall.config.SettingType.HostPort;
import io.rollcall.config.YamlNode.Text;
import io.rollcall.core.model.PoolPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads the settings: defaults, then the YAML file, then the environment, the later winning. */
public final class SettingsFile {
  private final String file;
  private final RawSettings given;

  private SettingsFile(String file) {
    this.file = file;
    this.given = new RawSettings(file);
  }

  /**
   * Reads all and checks all. Never throws for bad input: all that is wrong is told at once. Blocks
   * on small files, so it belongs before the event loop.
   *
   * @param environment all variables; those that don't begin with {@code SIDECAR_} are not looked
   *     at
   */
  public static Loaded load(Path file, Map<String, String> environment) {
    return new SettingsFile(file.toString()).load(environment);
  }

  private Loaded load(Map<String, String> environment) {
    int inFile = new YamlSettings(file, given).take(document());
    int pools = new EnvironmentSettings(environment, given).take(inFile);
    Settings settings = settings(pools);
    List<String> problems = given.problems();
    return problems.isEmpty()
        ? new Loaded.Valid(settings, given.origins())
        : new Loaded.Invalid(problems);
  }

  private YamlNode document() {
    try {
      return YamlNode.parse(SmallFile.read(file));
    } catch (JacksonException e) {
      given.refuse(file, "expected one YAML document, " + why(e));
    } catch (IOException e) {
      given.refuse(file, "expected a readable file, got " + e.getMessage());
    }
    return new Text("");
  }

  /** In one line and without the lines around it, which may hold a secret. */
  private static String why(JacksonException e) {
    return e.getCause() instanceof MarkedYAMLException yaml
        ? yaml.getProblem() + " in line " + (yaml.getProblemMark().getLine() + 1)
        : e.getOriginalMessage().lines().findFirst().orElse("").replaceAll("\\p{C}", "?")
            + " in line "
            + e.getLocation().getLineNr();
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
        given.refuse(SettingKeys.BACKEND.at(i), "a backend that no other pool has");
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

  /** Where the first is set the second must be. */
  private void together(SettingKey<?> first, SettingKey<?> second) {
    if (!given.text(first).isEmpty() && given.text(second).isEmpty()) {
      given.refuse(second, second.kind().expected() + ", because " + first.path() + " is set");
    }
  }
}
