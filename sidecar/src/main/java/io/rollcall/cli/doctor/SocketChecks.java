package io.rollcall.cli.doctor;

import io.rollcall.haproxy.AdminSocket;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The admin socket: whether it is there, may be used, answers, and permits changes. */
final class SocketChecks {
  private static final String ABOUT = "haproxy.socket";
  private static final String LINE = "stats socket %s mode 660 level admin group %s";

  private final Path path;
  private final @Nullable ProxyConfig config;
  private final ServiceUser user;
  private final DiagnosisCollector report;

  SocketChecks(
      Path path, @Nullable ProxyConfig config, ServiceUser user, DiagnosisCollector report) {
    this.path = path;
    this.config = config;
    this.user = user;
    this.report = report;
  }

  /** Whether the socket answers, so that everything else can be read there. */
  boolean examine() {
    if (!Files.exists(path)) {
      report.fail(ABOUT, path + ": no such file", missing());
      return false;
    }
    Path refusing = user.refuses(path, ServiceUser.READ + ServiceUser.WRITE);
    if (refusing != null) {
      report.fail(
          ABOUT,
          "%s: permission denied for the user %s".formatted(refusing, user.name()),
          permission(refusing));
    }
    return answers();
  }

  private boolean answers() {
    try {
      var socket = new AdminSocket(path);
      String version = socket.ask("show info");
      if (version.startsWith("Unknown command")) {
        report.fail(ABOUT, path + ": the socket of HAProxy's master process", missing());
        return false;
      }
      String level = socket.ask("show cli level");
      if (level.equals("admin")) {
        report.ok(ABOUT, path + ": answers, level admin");
      } else {
        report.fail(ABOUT, path + ": level " + level + ", expected admin", admin());
      }
      return true;
    } catch (IOException e) {
      report.fail(
          ABOUT,
          path + ": HAProxy does not answer: " + e.getMessage(),
          Objects.requireNonNullElse(taken(), Cure.run("systemctl start haproxy")));
      return false;
    }
  }

  private @Nullable Cure taken() {
    return config == null ? null : config.global().map(SocketChecks::moreConnections).orElse(null);
  }

  /** The sidecar keeps one connection, and others need one; null if they have it. */
  static @Nullable Cure moreConnections(ConfigSection global) {
    List<ConfigLine> limits = global.lines("stats", "maxconn");
    return limits.isEmpty() || !limits.getLast().word(2).equals("1")
        ? null
        : Cure.replace(limits.getLast().number(), "stats maxconn 10");
  }

  /** Another socket of the configuration, else a line for one. */
  private Cure missing() {
    List<ConfigLine> others =
        sockets().stream().filter(line -> !line.word(2).equals(path.toString())).toList();
    for (ConfigLine line : others) {
      if (line.word(2).startsWith("/") && line.after("level").equals("admin")) {
        return Cure.setting("haproxy:\n  socket: " + line.word(2));
      }
    }
    return sockets().size() > others.size()
        ? Cure.run("systemctl restart haproxy")
        : Cure.add("global", LINE.formatted(path, "haproxy"));
  }

  private Cure permission(Path refusing) {
    String group =
        ServiceUser.groupWith(
            refusing,
            refusing.equals(path) ? ServiceUser.READ + ServiceUser.WRITE : ServiceUser.SEARCH);
    if (group != null) {
      return Cure.run(
          "usermod -a -G %s %s\nsystemctl restart rollcall".formatted(group, user.name()));
    }
    ConfigLine line = line();
    return line == null || !refusing.equals(path)
        ? Cure.run("chmod g+rwx %s && chgrp %s %s".formatted(refusing, user.name(), refusing))
        : Cure.replace(
            line.number(),
            line.without(1, "mode", "group", "gid")
                + " mode 660 group "
                + ServiceUser.primaryGroup(user));
  }

  private Cure admin() {
    ConfigLine line = line();
    return line == null
        ? Cure.add("global", LINE.formatted(path, "haproxy"))
        : Cure.replace(line.number(), line.without(1, "level") + " level admin");
  }

  private @Nullable ConfigLine line() {
    return sockets().stream()
        .filter(line -> line.word(2).equals(path.toString()))
        .findFirst()
        .orElse(null);
  }

  private List<ConfigLine> sockets() {
    return config == null
        ? List.of()
        : config.global().map(global -> global.lines("stats", "socket")).orElse(List.of());
  }
}
