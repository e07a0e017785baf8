package io.rollcall.cli.doctor;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The machine: directories, ports, the clock, secrets. */
final class MachineChecks {
  private static final int LONG_ENOUGH = 16;

  private final Loaded.Valid loaded;
  private final Settings settings;
  private final ServiceUser user;
  private final DiagnosisCollector report;
  private final @Nullable StartedProgram timedatectl;

  /** Asks for the clock: systemd may have to start a service to know. */
  MachineChecks(Loaded.Valid loaded, ServiceUser user, DiagnosisCollector report) {
    this.timedatectl =
        StartedProgram.of(
            List.of("timedatectl", "show", "-p", "NTPSynchronized", "--value"), Map.of());
    this.loaded = loaded;
    this.settings = loaded.settings();
    this.user = user;
    this.report = report;
  }

  /**
   * Examines it.
   *
   * @param file the settings
   */
  void examine(Path file) {
    directory(settings.stateDir());
    port(file);
    StartedProgram.Printed printed = timedatectl == null ? null : timedatectl.printed();
    clock(printed == null ? "" : printed.text().strip());
    if (settings.http().token() == null
        && settings.http().tokens().stream()
            .noneMatch(token -> token.role() == Settings.TokenRole.OPERATOR)) {
      report.warn(
          "http.token",
          "no token: every action is refused",
          Cure.setting("http:\n  token: " + StickinessChecks.randomKey()));
    }
    secrets();
  }

  private void secrets() {
    secret("http.token", settings.http().token(), "SIDECAR_HTTP_TOKEN_FILE");
    for (int i = 0; i < settings.http().tokens().size(); i++) {
      Settings.TokenSettings token = settings.http().tokens().get(i);
      secret(
          "http.tokens " + token.name(), token.secret(), "http.tokens[%d].tokenFile".formatted(i));
    }
    secret("announce.key", settings.announce().key(), "announce.key");
  }

  /**
   * A short one can be guessed.
   *
   * @param file the setting that may name the file with it
   */
  private void secret(String about, @Nullable String secret, String file) {
    if (secret == null || secret.length() >= LONG_ENOUGH) {
      return;
    }
    String fresh = StickinessChecks.randomKey();
    report.warn(
        about,
        "%d characters: it can be guessed".formatted(secret.length()),
        loaded.files().stream()
            .filter(named -> named.setting().equals(file))
            .findFirst()
            .map(named ->
                Cure.run("echo %s >%s\nsystemctl restart rollcall".formatted(fresh, named.path())))
            .orElse(
                about.equals("http.token")
                    ? Cure.setting("http:\n  token: " + fresh)
                    : Cure.follow("set it to " + fresh)));
  }

  private void directory(Path directory) {
    Path existing = directory.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    Path refusing = user.refuses(existing, ServiceUser.WRITE + ServiceUser.SEARCH);
    if (refusing == null && Files.isDirectory(existing)) {
      report.ok("state.dir", directory + ": the user " + user.name() + " can write there");
    } else {
      report.fail(
          "state.dir",
          "%s: the user %s cannot write there".formatted(existing, user.name()),
          Cure.run("install -d -m 750 -o %s %s".formatted(user.name(), directory)));
    }
  }

  private void port(Path file) {
    String about = "http.port";
    String host = settings.http().host();
    int port = settings.http().port();
    try (var free = new ServerSocket()) {
      free.setReuseAddress(true);
      free.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      report.ok(about, "%s:%d is free".formatted(host, port));
    } catch (IOException e) {
      var sidecar = new OwnSidecar(settings.http());
      if (sidecar.answers()) {
        report.ok(about, "%s:%d: a sidecar answers".formatted(host, port));
        new StatusChecks(sidecar, loaded, report).examine(file);
      } else {
        report.fail(
            about,
            "%s:%d: %s".formatted(host, port, e.getMessage()),
            Cure.setting("http:\n  port: " + freePort()));
      }
    }
  }

  /**
   * Only signed announcements compare clocks.
   *
   * @param synchronised {@code yes}, {@code no}, or something else where systemd does not say
   */
  void clock(String synchronised) {
    String about = "clock";
    if (synchronised.equals("no") && settings.announce().key() != null) {
      report.warn(
          about,
          "not synchronized by NTP: signed announcements are ignored if clocks differ",
          Cure.run("timedatectl set-ntp true"));
      return;
    }
    report.ok(
        about,
        switch (synchronised) {
          case "yes" -> "synchronized by NTP";
          case "no" -> "not synchronized by NTP";
          default -> "not examined: timedatectl does not answer";
        });
  }

  private static int freePort() {
    try (var any = new ServerSocket(0)) {
      return any.getLocalPort();
    } catch (IOException _) {
      return 9998;
    }
  }
}
