package io.rollcall.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code rollcall init} in an installation that lacks everything of Rollcall; the installed HAProxy
 * says what it accepts, and the doctor what is right then. There is no systemd here: a script
 * stands for systemctl.
 */
@Tag("image")
class InitIT {
  @TempDir static Path folder;
  @TempDir Path machine;
  private static Installation installation;
  private final Map<String, String> environment = new HashMap<>();
  private String group;

  @BeforeAll
  static void install() throws Exception {
    installation = new Installation(folder);
  }

  @BeforeEach
  void makeBare() throws Exception {
    installation.makeRight();
    installation.makeBare();
    group = installation.group;
    environment.put("SIDECAR_SERF_AUTHKEY", Installation.KEY);
    environment.put("PATH", machine + ":" + System.getenv("PATH") + ":/usr/sbin");
    for (String unit : List.of("serf", "haproxy")) {
      Path file = machine.resolve("shipped/systemd/" + unit + ".service.d/rollcall.conf");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "[Service]\n");
    }
    systemctl("exit 0");
  }

  @AfterAll
  static void close() {
    installation.close();
  }

  private void systemctl(String script) throws Exception {
    Path file = machine.resolve("systemctl");
    Files.writeString(file, "#!/bin/sh\necho \"$*\" >>%s/calls\n%s\n".formatted(machine, script));
    assertTrue(file.toFile().setExecutable(true));
  }

  private List<String> calls() throws Exception {
    Path calls = machine.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private CommandRun init(String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "init",
                "--backend=app",
                "--port=8000",
                "--health=/health",
                "--cookie=NODESESSID",
                "--haproxy-config=" + installation.config(),
                "--config=" + installation.settings(),
                "--group=" + group,
                "--socket=" + installation.socket(),
                "--shipped=" + machine.resolve("shipped"),
                "--units=" + machine.resolve("units")));
    arguments.addAll(List.of(more));
    return CommandRun.of(environment, arguments.toArray(String[]::new));
  }

  /** The text of every file that init may change. */
  private Map<String, String> files() throws Exception {
    var texts = new TreeMap<String, String>();
    try (Stream<Path> units = Files.walk(machine)) {
      for (Path file :
          units
              .filter(path -> path.toString().contains("/units/"))
              .filter(Files::isRegularFile)
              .toList()) {
        texts.put(file.toString(), Files.readString(file));
      }
    }
    texts.put("haproxy.cfg", Files.readString(installation.config()));
    texts.put("sidecar.yaml", Files.readString(installation.settings()));
    return texts;
  }

  @Test
  void printsWithoutChangingAnything() throws Exception {
    Map<String, String> before = files();
    String printed = init().out(0);
    assertTrue(printed.contains("    server-template slot 1-64 slot.invalid:1"), printed);
    assertTrue(printed.contains("    systemctl restart haproxy"), printed);
    assertEquals(before, files());
    assertEquals(List.of(), calls());
    assertTrue(init("--json").out(0).startsWith("{\"files\":["));
  }

  @Test
  void writesAnInstallationInWhichTheDoctorFindsNothing() throws Exception {
    String before = Files.readString(installation.config());
    String printed = init("--write").out(0);
    assertTrue(
        printed.contains("the former text is in " + installation.config() + ".before-rollcall"),
        printed);
    assertEquals(before, Files.readString(Path.of(installation.config() + ".before-rollcall")));
    assertEquals(2, files().keySet().stream().filter(name -> name.contains("units")).count());
    installation.environment.put("DYNAMIC_COOKIE_KEY", "0123456789abcdef");
    List<Diagnosis> found = installation.examine();
    assertEquals(
        List.of(), found.stream().filter(each -> each.level() != Diagnosis.Level.OK).toList());
    assertTrue(init("--write").out(0).contains("nothing is missing"));
  }

  @Test
  void appliesStepByStep() throws Exception {
    assertTrue(init("--apply").err(1).contains("nothing was changed"));
    assertEquals(List.of(), calls());
    var _ = init("--apply", "--yes").out(0);
    assertEquals(
        List.of(
            "daemon-reload",
            "restart haproxy",
            "restart serf",
            "enable rollcall",
            "restart rollcall"),
        calls());
  }

  @Test
  void putsEverythingBackWhenAStepFails() throws Exception {
    Map<String, String> before = files();
    systemctl("[ \"$*\" != 'restart serf' ] || { echo 'Job for serf.service failed.'; exit 1; }");
    String error = init("--apply", "--yes").err(1);
    assertTrue(
        error.contains("systemctl restart serf failed: Job for serf.service failed."), error);
    assertEquals(before, files());
    assertTrue(calls().subList(3, calls().size()).contains("restart haproxy"), calls()::toString);
  }

  @Test
  void refusesWhatHaproxyWouldRefuse() throws Exception {
    Map<String, String> right = files();
    installation.config("mode http", "mode htttp");
    String error = init("--write").err(1);
    assertTrue(error.contains("HAProxy rejects") && error.contains("as it is"), error);
    installation.config("mode htttp", "mode http");
    assertEquals(right, files());
    error = init("--write", "--tls", "--ca-file=/nowhere").err(1);
    assertTrue(error.contains("HAProxy rejects") && error.contains("with the additions"), error);
    group = "no-such-group";
    assertTrue(init("--write").err(1).contains("no group no-such-group, which the package"));
    group = installation.group;
    installation.config("balance leastconn", "balance static-rr");
    assertTrue(init("--write").err(1).contains("is static"));
    assertTrue(
        CommandRun.of(environment, "init", "--backend=app", "--port=0")
            .err(2)
            .contains("--port: expected"));
    installation.config("balance static-rr", "balance leastconn");
    assertEquals(right, files());
    assertFalse(Files.exists(Path.of(installation.config() + ".before-rollcall")));
  }
}
