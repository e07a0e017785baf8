package io.rollcall.config;

import com.fasterxml.jackson.core.JacksonException;
import io.rollcall.config.SettingType.HostPort;
import io.rollcall.config.YamlNode.Scalar;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.AddressRange;
import io.rollcall.core.model.Admission;
import io.rollcall.core.model.PoolOptions;
import io.rollcall.core.model.PoolPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
    Map<String, Integer> inFile = new YamlSettings(file, given).read(document());
    Map<String, Integer> counts = new EnvironmentSettings(environment, given).read(inFile);
    Settings settings = settings(counts);
    List<String> problems = given.problems();
    return problems.isEmpty()
        ? new Loaded.Valid(settings, given.origins(), given.files())
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

  private Settings settings(Map<String, Integer> counts) {
    HostPort rpc = given.optional(SettingKeys.SERF_RPC);
    return new Settings(
        new HttpSection(given).settings(counts.getOrDefault("http.tokens", 0)),
        new Settings.SerfSettings(
            pipe(rpc),
            rpc == null ? null : rpc.host(),
            rpc == null ? 0 : rpc.port(),
            given.optional(SettingKeys.SERF_AUTH_KEY),
            given.required(SettingKeys.SERF_RESYNC)),
        new Settings.HaproxySettings(
            given.required(SettingKeys.HAPROXY_SOCKET),
            given.optional(SettingKeys.HAPROXY_CONFIG),
            given.required(SettingKeys.HAPROXY_STATE_FILE),
            given.required(SettingKeys.HAPROXY_RESYNC),
            given.required(SettingKeys.HAPROXY_POLL)),
        given.required(SettingKeys.STATE_DIR),
        pools(counts.getOrDefault("pools", 1)),
        mail(),
        new ChannelSection(given)
            .settings(counts.getOrDefault("alerts.channels", 0), backends(counts)),
        announce(),
        given.required(SettingKeys.MAX_MEMBERS));
  }

  private @Nullable Path pipe(@Nullable HostPort rpc) {
    Path pipe = given.required(SettingKeys.SERF_PIPE);
    if (!pipe.toString().equals("off")) {
      return pipe;
    }
    if (rpc == null) {
      given.reject(SettingKeys.SERF_PIPE, "a path, because serf.rpc is empty");
    }
    return null;
  }

  private List<PoolPolicy> pools(int count) {
    List<PoolPolicy> pools = IntStream.range(0, count).mapToObj(this::pool).toList();
    var backends = new HashSet<String>();
    for (int i = 0; i < count; i++) {
      if (!backends.add(pools.get(i).backend())) {
        given.reject(SettingKeys.BACKEND.at(i), "a backend that no other pool has");
      }
    }
    return pools.stream().map(pool -> withSamePortTag(pool, pools)).toList();
  }

  private static PoolPolicy withSamePortTag(PoolPolicy pool, List<PoolPolicy> pools) {
    return pool.with(
        pool.options()
            .with(
                pools.stream()
                    .filter(other -> other.options().portTag().equals(pool.options().portTag()))
                    .filter(other -> other.port() != pool.port())
                    .map(PoolPolicy::match)
                    .toList()));
  }

  private List<String> backends(Map<String, Integer> counts) {
    return IntStream.range(0, counts.getOrDefault("pools", 1))
        .mapToObj(i -> given.text(SettingKeys.BACKEND.at(i)))
        .toList();
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
        given.required(SettingKeys.SERVER_OPTIONS.at(index)),
        given.required(SettingKeys.JOIN_TIMEOUT.at(index)),
        given.required(SettingKeys.OBSERVE.at(index)),
        given.required(SettingKeys.READINESS.at(index)),
        new PoolOptions(
            given.optional(SettingKeys.SLOTS.at(index)),
            given.required(SettingKeys.PORT_TAG.at(index)),
            List.of(),
            given.required(SettingKeys.ON_ROLE_CHANGE.at(index)),
            given.required(SettingKeys.PRIVATE_CONNECTIONS.at(index)),
            new Admission(
                Objects.requireNonNullElse(
                        given.optional(SettingKeys.ALLOW.at(index)), List.<String>of())
                    .stream()
                    .flatMap(text -> AddressRange.of(text).stream())
                    .toList(),
                given.optional(SettingKeys.NAMES.at(index))),
            given.required(SettingKeys.SUBSET.at(index))));
  }

  private Settings.MailSettings mail() {
    given.together(SettingKeys.MAIL_HOST, SettingKeys.MAIL_FROM);
    given.together(SettingKeys.MAIL_HOST, SettingKeys.MAIL_TO);
    given.together(SettingKeys.MAIL_USER, SettingKeys.MAIL_PASSWORD);
    given.together(SettingKeys.MAIL_PASSWORD, SettingKeys.MAIL_USER);
    return new Settings.MailSettings(
        given.optional(SettingKeys.MAIL_HOST),
        given.required(SettingKeys.MAIL_PORT),
        given.required(SettingKeys.MAIL_TLS),
        given.optional(SettingKeys.MAIL_USER),
        given.optional(SettingKeys.MAIL_PASSWORD),
        given.optional(SettingKeys.MAIL_FROM),
        Objects.requireNonNullElse(given.optional(SettingKeys.MAIL_TO), List.of()));
  }

  private Settings.AnnounceSettings announce() {
    together(SettingKeys.ANNOUNCE_KEY, given.required(SettingKeys.SIGNED_ONLY));
    return new Settings.AnnounceSettings(key(), given.required(SettingKeys.SIGNED_ONLY));
  }

  /** The text of the key file without the end of its line; null for none. */
  private @Nullable String key() {
    Path path = given.optional(SettingKeys.ANNOUNCE_KEY);
    if (path == null) {
      return null;
    }
    try {
      String key = given.read(SettingKeys.ANNOUNCE_KEY.path(), path.toString());
      if (!key.isEmpty()) {
        return key;
      }
      given.reject(SettingKeys.ANNOUNCE_KEY, "the path of a file with a key, but it is empty");
    } catch (IOException e) {
      given.reject(
          SettingKeys.ANNOUNCE_KEY, "the path of a readable file (" + e.getMessage() + ")");
    }
    return null;
  }

  /** If the flag is set, the key must be given. */
  private void together(SettingKey<?> key, boolean flag) {
    if (flag && given.text(key).isEmpty()) {
      given.reject(
          key, key.type().expected() + ", because " + SettingKeys.SIGNED_ONLY.path() + " is set");
    }
  }
}
