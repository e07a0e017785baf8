package io.rollcall.cli;

import io.rollcall.cli.init.Initialization;
import io.rollcall.cli.init.Wanted;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code rollcall init} is asked for, and where the parts of the installation are. */
final class InitOptions {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_SLOTS = 10_000;

  @Option(
      names = "--backend",
      required = true,
      paramLabel = "NAME",
      description = "The backend of haproxy.cfg; a new one is added if there is none.")
  private String backend = "";

  @Option(
      names = "--port",
      required = true,
      paramLabel = "PORT",
      description = "Port of the applications that set no tag port.")
  private int port;

  @Option(
      names = "--health",
      paramLabel = "PATH",
      description = "Path that answers 200 when an application is ready, such as /api/ping.")
  private @Nullable String health;

  @Option(
      names = "--cookie",
      paramLabel = "NAME",
      description = "Session cookie of the application: clients stay on their server.")
  private @Nullable String cookie;

  @Option(names = "--mode", paramLabel = "MODE", description = "http (the default) or tcp.")
  private Mode mode = Mode.http;

  @Option(names = "--tls", description = "The applications speak TLS.")
  private boolean tls;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      defaultValue = "@system-ca",
      description = "With --tls: who signed their certificates (default: ${DEFAULT-VALUE}).")
  private String caFile = "@system-ca";

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "64",
      description = "Servers to add (default: ${DEFAULT-VALUE}).")
  private int slots = 64;

  @Option(
      names = "--haproxy-config",
      paramLabel = "FILE",
      defaultValue = "/etc/haproxy/haproxy.cfg",
      description = "HAProxy's configuration (default: ${DEFAULT-VALUE}).")
  private Path haproxy = Path.of("/etc/haproxy/haproxy.cfg");

  @Option(names = "--group", hidden = true, defaultValue = "rollcall")
  private String group = "rollcall";

  @Option(names = "--socket", hidden = true, defaultValue = "/run/haproxy/rollcall.sock")
  private Path socket = Path.of("/run/haproxy/rollcall.sock");

  @Option(names = "--shipped", hidden = true, defaultValue = "/usr/share/rollcall")
  private Path shipped = Path.of("/usr/share/rollcall");

  @Option(names = "--units", hidden = true, defaultValue = "/etc/systemd/system")
  private Path units = Path.of("/etc/systemd/system");

  /** How HAProxy speaks with the servers. */
  enum Mode {
    http,
    tcp
  }

  Path haproxy() {
    return haproxy;
  }

  Initialization.Places places(Path settings) {
    return new Initialization.Places(haproxy, settings, shipped, units);
  }

  /** What is asked for; a {@link CliFailure} names what is out of range. */
  Wanted wanted() {
    expect(
        backend.matches("[A-Za-z0-9_.:-]{1,100}"), "--backend", "the name of a backend", backend);
    expect(port >= 1 && port <= MAX_PORT, "--port", "a number from 1 to " + MAX_PORT, port);
    expect(slots >= 1 && slots <= MAX_SLOTS, "--slots", "a number from 1 to " + MAX_SLOTS, slots);
    String path = health;
    if (path != null) {
      expect(path.matches("/[!-~&&[^\"'#\\\\]]*"), "--health", "a path such as /health", path);
    }
    String name = cookie;
    if (name != null) {
      expect(name.matches("[A-Za-z0-9_.-]{1,100}"), "--cookie", "the name of a cookie", name);
    }
    boolean tcp = mode == Mode.tcp;
    if (tcp && (health != null || cookie != null)) {
      throw new CliFailure(CliFailure.USAGE, "--mode tcp: without --health and --cookie");
    }
    return new Wanted(
        backend,
        port,
        health,
        cookie,
        tcp,
        tls ? caFile : null,
        slots,
        socket,
        group,
        Path.of("/var/lib/rollcall/server-state"));
  }

  private static void expect(boolean right, String option, String expected, Object found) {
    if (!right) {
      throw new CliFailure(
          CliFailure.USAGE, "%s: expected %s, got %s".formatted(option, expected, found));
    }
  }
}
