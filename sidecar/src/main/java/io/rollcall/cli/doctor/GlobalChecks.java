package io.rollcall.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import io.rollcall.haproxy.config.StateFileLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** HAProxy itself: its version, and what {@code global} says of state file and reloads. */
final class GlobalChecks {
  private static final String ABOUT = "haproxy";
  private static final String STATE_FILE = "haproxy.stateFile";
  private static final int OLDEST = 206;
  private static final int FEW_CONNECTIONS = 1000;
  private static final Pattern VERSION = Pattern.compile("(?m)^Version: (\\S+)");
  private static final Pattern MAXCONN = Pattern.compile("(?m)^Maxconn: (\\d+)");

  private final ExaminationInput facts;
  private final DiagnosisCollector report;

  GlobalChecks(ExaminationInput facts, DiagnosisCollector report) {
    this.facts = facts;
    this.report = report;
  }

  void examine() {
    if (facts.live()) {
      process();
    }
    ownFile();
    ProxyConfig config = facts.config();
    if (config == null) {
      report.warn(
          "haproxy.cfg",
          facts.configFile() + ": cannot be read, so only what the socket shows was examined",
          Cure.follow("run as root, or name the file: rollcall doctor --haproxy-config FILE"));
      return;
    }
    ConfigSection global =
        config.global().orElse(new ConfigSection("global", "", 1, List.of(), List.of()));
    stateFile(global);
    Cure more = SocketChecks.moreConnections(global);
    if (more != null) {
      report.warn(
          ABOUT,
          "stats maxconn 1: the sidecar takes the only connection to the admin socket",
          more);
    }
    if (global.has("hard-stop-after")) {
      report.ok(
          "reload", "old processes end " + global.value("hard-stop-after") + " after a reload");
    } else {
      report.warn(
          "reload",
          "no hard-stop-after: a process of before a reload stays while one connection is open",
          Cure.add("global", "hard-stop-after 1h"));
    }
  }

  /** The file that the sidecar reads to report what the socket does not show. */
  private void ownFile() {
    String about = "haproxy.config";
    Path own = facts.settings().haproxy().config();
    if (own == null) {
      report.ok(about, "not set: the sidecar reports only what the admin socket shows");
      return;
    }
    Path refusing = Files.exists(own) ? facts.user().refuses(own, ServiceUser.READ) : null;
    if (refusing != null) {
      report.fail(
          about,
          "%s: permission denied for the user %s".formatted(refusing, facts.user().name()),
          Cure.run(
              "chgrp %s %s\nchmod g+rX %s"
                  .formatted(ServiceUser.primaryGroup(facts.user()), refusing, refusing)));
    } else if (!own.equals(facts.configFile())) {
      report.fail(
          about,
          "%s, but HAProxy's configuration is %s".formatted(own, facts.configFile()),
          Cure.setting("haproxy:\n  config: " + facts.configFile()));
    } else {
      report.ok(about, own + ": read by the sidecar at start and when it changes");
    }
  }

  private void process() {
    Matcher version = VERSION.matcher(facts.info());
    if (version.find()) {
      if (facts.version() >= OLDEST) {
        report.ok(ABOUT, "version " + version.group(1));
      } else {
        report.fail(
            ABOUT,
            "version " + version.group(1) + ", expected 2.6 or later",
            Cure.run("apt-get install haproxy"));
      }
    }
    Matcher maxconn = MAXCONN.matcher(facts.info());
    if (maxconn.find() && Integer.parseInt(maxconn.group(1)) < FEW_CONNECTIONS) {
      report.warn(
          "maxconn",
          "HAProxy accepts %s connections at once; further clients wait"
              .formatted(maxconn.group(1)),
          maxconn());
    }
  }

  private Cure maxconn() {
    ProxyConfig config = facts.config();
    var lines =
        config == null
            ? List.<ConfigLine>of()
            : config.global().map(global -> global.lines("maxconn")).orElse(List.of());
    return lines.isEmpty()
        ? Cure.add("global", "maxconn 4096")
        : Cure.replace(lines.getLast().number(), "maxconn 4096");
  }

  private void stateFile(ConfigSection global) {
    Path own = facts.settings().haproxy().stateFile();
    Path local = local();
    String file = global.value("server-state-file");
    if (file.equals(ProxyConfig.UNKNOWN)) {
      return; // HAProxy is not here to say which line it reads
    }
    if (file.isEmpty() && local == null) {
      report.fail(
          STATE_FILE,
          "no server-state-file in global: HAProxy starts with empty slots",
          Cure.add("global", "server-state-file " + own));
      return;
    }
    String base = global.value("server-state-base");
    Path configured = base.isEmpty() ? Path.of(file) : Path.of(base).resolve(file);
    if (local != null) {
      configured = local;
    }
    if (!configured.equals(own)) {
      report.fail(
          STATE_FILE,
          "%s, but HAProxy reads %s".formatted(own, configured),
          configured.isAbsolute()
              ? Cure.setting("haproxy:\n  stateFile: " + configured)
              : Cure.follow("let HAProxy read " + own + ", by its absolute path"));
    } else {
      directory(own);
    }
  }

  /** The file of a pool that reads one of its own; null if none does. */
  private @Nullable Path local() {
    ProxyConfig config = facts.config();
    return config == null
        ? null
        : facts.settings().pools().stream()
            .map(facts::section)
            .filter(Objects::nonNull)
            .map(section -> StateFileLine.of(config, section))
            .filter(Objects::nonNull)
            .filter(line -> line.keyword().equals("server-state-file-name"))
            .map(line -> Path.of(line.path()))
            .findFirst()
            .orElse(null);
  }

  private void directory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    Path directory = parent == null ? file : parent;
    Path refusing =
        Files.exists(directory)
            ? facts.user().refuses(directory, ServiceUser.WRITE + ServiceUser.SEARCH)
            : directory;
    if (refusing == null) {
      report.ok(STATE_FILE, file + ": is written by Rollcall and read by HAProxy");
      return;
    }
    String group = ServiceUser.primaryGroup(facts.user());
    report.fail(
        STATE_FILE,
        "%s: the user %s cannot write there".formatted(refusing, facts.user().name()),
        Cure.run("install -d -m 2775 -g %s %s".formatted(group, directory)));
  }

  /** Two proxies of one name, which work until HAProxy is upgraded. */
  static void names(ExaminationInput facts, DiagnosisCollector report) {
    for (var pool : facts.settings().pools()) {
      String name = pool.backend();
      boolean clash =
          facts.stats().stream()
                  .filter(row -> row.getOrDefault("pxname", "").equals(name))
                  .map(row -> row.getOrDefault("iid", ""))
                  .distinct()
                  .count()
              > 1;
      if (!clash) {
        continue;
      }
      ProxyConfig config = facts.config();
      ConfigSection frontend =
          config == null
              ? null
              : config.sections("frontend").stream()
                  .filter(section -> section.name().equals(name))
                  .findFirst()
                  .orElse(null);
      report.warn(
          "backend " + name,
          "a frontend has the same name: HAProxy refuses that from 3.3 on",
          frontend == null
              ? Cure.follow("give the frontend another name")
              : Cure.replace(frontend.line(), "frontend " + name + "_in"));
    }
  }

  /** The environment of HAProxy's process, from which its configuration takes variables. */
  static Map<String, String> environment(String info, Map<String, String> own) {
    Matcher pid = Pattern.compile("(?m)^Pid: (\\d+)").matcher(info);
    if (pid.find()) {
      try {
        var variables = new HashMap<>(own);
        for (String entry :
            Files.readString(Path.of("/proc", pid.group(1), "environ"), ISO_8859_1)
                .split("\0", -1)) {
          String[] pair = entry.split("=", 2);
          if (pair.length == 2) {
            variables.put(pair[0], pair[1]);
          }
        }
        return variables;
      } catch (IOException _) {
        return own;
      }
    }
    return own;
  }
}
