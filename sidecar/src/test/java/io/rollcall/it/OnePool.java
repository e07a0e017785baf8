package io.rollcall.it;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.config.SettingsFile;
import java.nio.file.Path;
import java.util.Map;

/** The default settings, with no agent, and with all files in one folder. */
public final class OnePool {
  private OnePool() {}

  public static Settings settings(Path folder, String socket) {
    var environment =
        Map.of(
            "SIDECAR_HTTP_HOST",
            "127.0.0.1",
            "SIDECAR_HTTP_PORT",
            "1",
            "SIDECAR_SERF_PIPE",
            folder.resolve("pipe").toString(),
            "SIDECAR_SERF_RPC",
            "",
            "SIDECAR_HAPROXY_SOCKET",
            socket,
            "SIDECAR_HAPROXY_STATEFILE",
            folder.resolve("server-state").toString(),
            "SIDECAR_STATE_DIR",
            folder.toString());
    var loaded = SettingsFile.load(Path.of("../conf/sidecar.yaml"), environment);
    return assertInstanceOf(Loaded.Valid.class, loaded).settings();
  }
}
