package io.rollcall.cli.doctor;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.config.SettingsFile;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.haproxy.AdminSocket;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import io.rollcall.serf.AgentReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Examines an installation from the settings to the applications, and changes nothing. It reads
 * files, asks HAProxy's admin socket and the Serf agent, and sends one request to one member of
 * each pool.
 *
 * @param settings the file of the settings
 * @param loaded what it has
 * @param haproxy HAProxy's configuration
 * @param environment settings of the service, {@code SIDECAR_*}
 * @param user runs the sidecar
 */
public record Examination(
    Path settings, Loaded loaded, Path haproxy, Map<String, String> environment, String user) {
  /** Reads the settings. */
  public Examination(Path settings, Path haproxy, Map<String, String> environment, String user) {
    this(settings, SettingsFile.load(settings, environment), haproxy, environment, user);
  }

  /** All findings, in the order in which they are to be read. Blocks for a few seconds at most. */
  public List<Diagnosis> run() {
    var report = new DiagnosisCollector();
    switch (loaded) {
      case Loaded.Rejected rejected ->
          rejected
              .lines()
              .forEach(line ->
                  report.fail(
                      "settings", line, Cure.follow("correct it, then run: rollcall check")));
      case Loaded.Valid valid -> {
        report.ok("settings", settings + ": configuration is valid");
        examine(valid, report);
      }
    }
    return report.all();
  }

  private void examine(Loaded.Valid loaded, DiagnosisCollector report) {
    ServiceUser service = ServiceUser.named(user);
    if (service == null) {
      report.fail(
          "user",
          "no user " + user + ", which is to run the sidecar",
          Cure.run(
              "useradd --system --home-dir /var/lib/rollcall --shell /usr/sbin/nologin " + user));
      return;
    }
    examine(loaded, service, report);
  }

  private void examine(Loaded.Valid loaded, ServiceUser service, DiagnosisCollector report) {
    Settings valid = loaded.settings();
    var machine = new MachineChecks(loaded, service, report);
    var files = new SecretFileChecks(service, report);
    loaded.files().forEach(files::examine);
    var socket = new AdminSocket(valid.haproxy().socket());
    String info = info(socket);
    List<Path> paths = paths(info, report);
    HaproxyCheck syntax = Files.isReadable(haproxy) ? HaproxyCheck.start(paths, environment) : null;
    ConfigSources sources = sources(paths);
    ProxyConfig config = sources == null ? null : config(sources, info);
    if (syntax != null) {
      syntax(syntax.verdict(), report);
    }
    boolean live = new SocketChecks(valid.haproxy().socket(), config, service, report).examine();
    var serf = new SerfChecks(loaded, report);
    AgentReading agent = serf.read();
    var facts =
        new ExaminationInput(
            valid, haproxy, config, socket, info, live ? stats(socket) : List.of(), agent, service);
    haproxy(facts, report);
    if (agent != null) {
      serf.examine(agent);
    }
    if (valid.serf().pipe() != null) {
      new PipeChecks(valid.serf().pipe(), service, report).examine(agent);
    }
    machine.examine(settings);
    new UnitChecks(Path.of("/"), report).examine(valid);
    new AlertChecks(valid, report).examine();
    if (agent != null) {
      valid.pools().forEach(pool -> application(pool, facts, agent, report));
    }
    if (live) {
      new StartPreview(valid, report).examine();
    }
    if (sources != null && config != null) {
      report.locate(sources, config);
    }
  }

  private static void haproxy(ExaminationInput facts, DiagnosisCollector report) {
    new GlobalChecks(facts, report).examine();
    GlobalChecks.names(facts, report);
    new FreshnessChecks(report).haproxy(facts);
    for (PoolPolicy pool : facts.settings().pools()) {
      new BackendChecks(pool, facts, report).examine();
      new RequestChecks(pool, facts, report).examine();
      new PoolChecks(pool, facts, report).examine();
    }
  }

  private static void application(
      PoolPolicy pool, ExaminationInput facts, AgentReading agent, DiagnosisCollector report) {
    ConfigSection section = facts.section(pool);
    if (section != null) {
      SerfChecks.alive(agent).stream()
          .filter(pool::matches)
          .findFirst()
          .ifPresent(member -> new ApplicationChecks(section, pool, report).examine(member));
    }
  }

  private static String info(AdminSocket socket) {
    try {
      return socket.ask("show info");
    } catch (IOException _) {
      return "";
    }
  }

  private static List<Map<String, String>> stats(AdminSocket socket) {
    try {
      return socket.stats();
    } catch (IOException _) {
      return List.of();
    }
  }

  /** The files that the running HAProxy reads if this one is among them; else this one. */
  private List<Path> paths(String info, DiagnosisCollector report) {
    List<Path> own;
    try {
      own = ConfigSources.expand(haproxy);
    } catch (IOException _) {
      return List.of(haproxy);
    }
    List<Path> started = ConfigSources.started(info);
    if (started.isEmpty() || own.stream().allMatch(file -> isAmong(started, file))) {
      return started.isEmpty() ? own : started;
    }
    report.warn(
        "haproxy.cfg",
        "HAProxy was started with %s, and %s is examined".formatted(names(started), haproxy),
        Cure.follow(
            "name the file that HAProxy reads: rollcall doctor --haproxy-config "
                + started.getLast()));
    return own;
  }

  private static boolean isAmong(List<Path> files, Path file) {
    return files.stream()
        .anyMatch(each -> {
          try {
            return Files.isSameFile(each, file);
          } catch (IOException _) {
            return false;
          }
        });
  }

  private static String names(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private static @Nullable ConfigSources sources(List<Path> files) {
    try {
      return ConfigSources.read(files);
    } catch (IOException _) {
      return null;
    }
  }

  private ProxyConfig config(ConfigSources sources, String info) {
    return ProxyConfig.parse(
        sources.text(),
        GlobalChecks.environment(info, environment),
        condition -> HaproxyCheck.condition(condition, environment));
  }

  /** What HAProxy itself says of the file, which it did not necessarily read yet. */
  private void syntax(HaproxyCheck.@Nullable ConfigVerdict result, DiagnosisCollector report) {
    if (result == null) {
      return;
    }
    if (result.valid()) {
      report.ok("haproxy.cfg", haproxy + ": HAProxy accepts it");
    } else {
      report.fail(
          "haproxy.cfg",
          haproxy + ": HAProxy rejects it: " + result.problem(),
          result.problem().contains("dynamic-cookie-key")
              ? Cure.run(
                  "echo \"DYNAMIC_COOKIE_KEY=%s\" >>/etc/default/haproxy\nsystemctl restart haproxy"
                      .formatted(StickinessChecks.randomKey()))
              : Cure.follow("correct it, then run: haproxy -c -f " + haproxy));
    }
  }
}
