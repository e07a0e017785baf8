package io.rollcall;

import io.rollcall.config.Settings;
import io.rollcall.core.PoolPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Settings of a sidecar with the pool {@code nodes} alone, its files in one folder. */
final class OnePool {
  private OnePool() {}

  static Settings settings(Path folder, String socket) {
    var pool =
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
    return new Settings(
        new Settings.Http("127.0.0.1", 1, null),
        new Settings.Serf(folder.resolve("pipe"), null, 0, null, Duration.ofSeconds(30)),
        new Settings.Haproxy(
            Path.of(socket),
            folder.resolve("server-state"),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1)),
        folder,
        List.of(pool),
        new Settings.Mail(null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()));
  }
}
