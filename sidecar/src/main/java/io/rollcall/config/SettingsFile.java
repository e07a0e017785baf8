package io.rollcall.config;

import com.fasterxml.jackson.core.JacksonException;
import io.rollcall.config.Kind.HostPort;
import io.rollcall.config.Node.Text;
import io.rollcall.core.PoolPolicy;
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
  private final Given given;

  private SettingsFile(String file) {
    this.file = file;
    this.given = new Given(file);
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
    int inFile = new Written(file, given).take(document());
    int pools = new Variables(environment, given).take(inFile);
    Settings settings = settings(pools);
    List<String> problems = given.problems();
    return problems.isEmpty()
        ? new Loaded.Ok(settings, given.origins())
        : new Loaded.Refused(problems);
  }

  private Node document() {
    try {
      return Node.parse(SmallFile.read(file));
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
    HostPort rpc = given.optional(Keys.SERF_RPC);
    return new Settings(
        new Settings.Http(
            given.required(Keys.HTTP_HOST),
            given.required(Keys.HTTP_PORT),
            given.optional(Keys.HTTP_TOKEN)),
        new Settings.Serf(
            given.required(Keys.SERF_PIPE),
            rpc == null ? null : rpc.host(),
            rpc == null ? 0 : rpc.port(),
            given.optional(Keys.SERF_AUTH_KEY),
            given.required(Keys.SERF_RESYNC)),
        new Settings.Haproxy(
            given.required(Keys.HAPROXY_SOCKET),
            given.required(Keys.HAPROXY_STATE_FILE),
            given.required(Keys.HAPROXY_RESYNC),
            given.required(Keys.HAPROXY_POLL)),
        given.required(Keys.STATE_DIR),
        pools(pools),
        mail());
  }

  private List<PoolPolicy> pools(int count) {
    List<PoolPolicy> pools = IntStream.range(0, count).mapToObj(this::pool).toList();
    var backends = new HashSet<String>();
    for (int i = 0; i < count; i++) {
      if (!backends.add(pools.get(i).backend())) {
        given.refuse(Keys.BACKEND.at(i), "a backend that no other pool has");
      }
    }
    return pools;
  }

  private PoolPolicy pool(int index) {
    return new PoolPolicy(
        given.required(Keys.BACKEND.at(index)),
        given.required(Keys.MATCH.at(index)),
        given.required(Keys.POOL_PORT.at(index)),
        given.required(Keys.DRAIN_TIMEOUT.at(index)),
        given.required(Keys.SESSION_IDLE.at(index)),
        given.required(Keys.SUSPECT_TIMEOUT.at(index)),
        given.required(Keys.HOLD_BELOW.at(index)),
        given.required(Keys.GROW_TO.at(index)),
        given.required(Keys.SERVER_OPTIONS.at(index)));
  }

  private Settings.Mail mail() {
    together(Keys.MAIL_HOST, Keys.MAIL_FROM);
    together(Keys.MAIL_HOST, Keys.MAIL_TO);
    together(Keys.MAIL_USER, Keys.MAIL_PASSWORD);
    together(Keys.MAIL_PASSWORD, Keys.MAIL_USER);
    return new Settings.Mail(
        given.optional(Keys.MAIL_HOST),
        given.required(Keys.MAIL_PORT),
        given.required(Keys.MAIL_TLS),
        given.optional(Keys.MAIL_USER),
        given.optional(Keys.MAIL_PASSWORD),
        given.optional(Keys.MAIL_FROM),
        Objects.requireNonNullElse(given.optional(Keys.MAIL_TO), List.of()));
  }

  /** Where the first is set the second must be. */
  private void together(Key<?> first, Key<?> second) {
    if (!given.text(first).isEmpty() && given.text(second).isEmpty()) {
      given.refuse(second, second.kind().expected() + ", because " + first.path() + " is set");
    }
  }
}
