package io.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.rollcall.core.model.PoolPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Loads settings from a text and an environment; has the defaults as values. */
final class SettingsLoading {
  static final PoolPolicy NODES =
      new PoolPolicy(
          "nodes",
          Map.of("role", "backend"),
          3000,
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          0.5,
          0,
          "check");
  static final Settings DEFAULTS =
      new Settings(
          new Settings.HttpSettings("0.0.0.0", 9999, null),
          new Settings.SerfSettings(
              Path.of("/run/rollcall/serf.pipe"), "127.0.0.1", 7373, null, Duration.ofSeconds(30)),
          new Settings.HaproxySettings(
              Path.of("/run/haproxy/admin.sock"),
              Path.of("/var/lib/haproxy/server-state"),
              Duration.ofSeconds(10),
              Duration.ofSeconds(1)),
          Path.of("/var/lib/rollcall"),
          List.of(NODES),
          new Settings.MailSettings(null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()));

  private final Path dir;

  /** Writes the file into this directory. */
  SettingsLoading(Path dir) {
    this.dir = dir;
  }

  private Loaded load(String yaml, Map<String, String> environment) {
    try {
      Path file = Files.writeString(dir.resolve("sidecar.yaml"), yaml);
      return SettingsFile.load(file, environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Settings settings(String yaml, Map<String, String> environment) {
    return assertInstanceOf(Loaded.Valid.class, load(yaml, environment)).settings();
  }

  /** The problems, without the temporary directory. */
  List<String> refusals(String yaml, Map<String, String> environment) {
    return assertInstanceOf(Loaded.Rejected.class, load(yaml, environment)).lines().stream()
        .map(line -> line.replace(dir + "/", ""))
        .toList();
  }

  String refusal(String yaml) {
    List<String> lines = refusals(yaml, Map.of());
    assertEquals(1, lines.size(), lines::toString);
    return lines.getFirst();
  }

  String refusal(Map<String, String> environment) {
    List<String> lines = refusals("", environment);
    assertEquals(1, lines.size(), lines::toString);
    return lines.getFirst();
  }

  /** The default pool with another backend. */
  static PoolPolicy pool(String backend) {
    return new PoolPolicy(
        backend,
        NODES.match(),
        NODES.port(),
        NODES.drainTimeout(),
        NODES.sessionIdle(),
        NODES.suspectTimeout(),
        NODES.holdBelow(),
        NODES.growTo(),
        NODES.serverOptions());
  }
}
