package io.rollcall.cli.doctor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.config.SettingsFile;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import io.rollcall.haproxy.AdminSocket;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import io.rollcall.serf.AgentReading;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Findings that depend on other machines, on other users or on systemd. */
final class DoctorTest {
  private static final ServiceUser OTHER = new ServiceUser("rollcall", 65_000, 65_000, Set.of());

  @TempDir Path folder;
  private final DiagnosisCollector report = new DiagnosisCollector();

  private static Loaded.Valid settings(String... pairs) {
    var environment = new HashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("SIDECAR_" + pairs[i], pairs[i + 1]);
    }
    return assertInstanceOf(
        Loaded.Valid.class, SettingsFile.load(Path.of("../conf/sidecar.yaml"), environment));
  }

  private static Member member(String name, String role) {
    return new Member(
        name, InetAddress.ofLiteral("192.0.2.7"), MemberStatus.ALIVE, Map.of("role", role));
  }

  private Diagnosis only() {
    assertEquals(1, report.all().size(), report.all()::toString);
    return report.all().getFirst();
  }

  @Test
  void aLineOfSlotsWithSeveralFaultsHasOneCure() {
    var words =
        "server-template web 1-4 slot.invalid no-check track other/s resolvers dns init-addr none backup disabled";
    var line = new ConfigLine(7, List.of(words.split(" ", -1)));
    new SlotLineChecks(
            "backend app", new ConfigSection("backend", "app", 6, List.of(line), List.of()), report)
        .examine(List.of(line));
    assertEquals(5, report.all().size(), report.all()::toString);
    var cure =
        Cure.replace(
            7, "server-template web 1-4 slot.invalid:1 disabled check init-addr last,192.0.2.1");
    report.all().forEach(diagnosis -> assertEquals(cure, diagnosis.cure()));
  }

  @Test
  void theNameOfAServerIsNoOption() {
    for (String name : List.of("backup", "track", "resolvers", "no-check")) {
      for (String place : List.of("server-template %s 4", "server %s")) {
        String head = place.formatted(name);
        var fine = List.of((head + " slot.invalid:1 check init-addr last").split(" ", -1));
        var line = new ConfigLine(1, fine);
        var section = new ConfigSection("backend", "app", 1, List.of(line), List.of());
        var checks = new SlotLineChecks("backend app", section, report);
        checks.examine(List.of(line));
        assertEquals(List.of(), report.all(), head);
        assertFalse(checks.isUnchecked(line), head);
        var faulty =
            new ConfigLine(1, List.of((head + " slot.invalid check backup").split(" ", -1)));
        assertEquals(
            Cure.replace(1, head + " slot.invalid:1 check init-addr last,192.0.2.1"),
            checks.cure(faulty));
      }
    }
  }

  @Test
  void curesNameTheFileOfSeveral() throws Exception {
    Path conf = Files.createDirectory(folder.resolve("conf.d"));
    Files.writeString(conf.resolve("b.cfg"), "backend app\n  retries 0\n");
    Files.writeString(conf.resolve("a.cfg"), "global\n  maxconn 10");
    Files.writeString(conf.resolve(".c.cfg"), "backend other\n");
    Files.writeString(conf.resolve("d.txt"), "backend other\n");
    var sources = ConfigSources.read(ConfigSources.expand(conf));
    var config = ProxyConfig.parse(sources.text(), Map.of());
    assertEquals(
        List.of("global", "app"),
        config.sections().stream()
            .map(each -> each.name().isEmpty() ? each.kind() : each.name())
            .toList());
    report.fail("retries", "0", Cure.replace(4, "retries 3"));
    report.fail("redispatch", "none", Cure.add("backend app", "option redispatch 1"));
    report.fail("more", "nowhere", Cure.add("backend other", "option redispatch 1"));
    report.ok("fine", "it is");
    report.locate(sources, config);
    assertEquals(
        List.of(
            "in %s/b.cfg, replace line 2 by, then reload HAProxy:".formatted(conf),
            "in %s/b.cfg, below \"backend app\", add, then reload HAProxy:".formatted(conf),
            "in /conf.d, below \"backend other\", add, then reload HAProxy:"),
        report.all().stream()
            .map(Diagnosis::cure)
            .filter(Objects::nonNull)
            .map(cure -> cure.title("", "/conf.d"))
            .toList());
  }

  /** A process that runs on, with options of HAProxy and this name. */
  private Process tail(String name, Path conf) throws IOException {
    var words = List.of("tail", "-n", "1", "-f", "a.cfg", "-f", conf.toString(), "-f", "/dev/null");
    var command = new ArrayList<>(List.of("bash", "-c", "exec -a \"$0\" \"$@\"", name));
    command.addAll(words);
    return new ProcessBuilder(command).directory(folder.toFile()).start();
  }

  @Test
  void findsTheFilesOfARunningProcess() throws Exception {
    Path conf = Files.createDirectory(folder.resolve("conf.d"));
    Files.writeString(conf.resolve("b.cfg"), "");
    Files.writeString(folder.resolve("a.cfg"), "");
    Process process = tail("haproxy", conf);
    Process other = tail("nginx", conf);
    try {
      String info = "Name: HAProxy\nPid: " + process.pid() + "\n";
      await()
          .until(() ->
              ConfigSources.started(info)
                  .equals(
                      List.of(
                          folder.toRealPath().resolve("a.cfg"),
                          conf.resolve("b.cfg"),
                          Path.of("/dev/null"))));
      await()
          .until(
              () -> other.info().command().filter(command -> command.endsWith("tail")).isPresent());
      assertEquals(
          List.of(), ConfigSources.started("Pid: " + other.pid()), "another program has its pid");
      Files.delete(folder.resolve("a.cfg"));
      assertEquals(List.of(), ConfigSources.started(info), "as below a chroot");
    } finally {
      process.destroyForcibly().waitFor();
      other.destroyForcibly().waitFor();
    }
    assertEquals(List.of(), ConfigSources.started(""));
    assertEquals(List.of(), ConfigSources.started("Pid: 4194305"));
  }

  @Test
  void sessionsOfASharedTableAreCountedByAddressOnlyIfItHasAddresses() {
    String text =
        """
        backend app
          stick-table type string size 1k peers lbs
        peers lbs
          peer a 192.0.2.1:1
          peer b 192.0.2.2:1
        """;
    sharing(text.replace("lbs\npeers", "lbs srvkey addr\npeers"));
    assertEquals(Diagnosis.Level.OK, only().level());
    sharing(text);
    assertEquals(
        Cure.replace(2, "stick-table type string size 1k peers lbs srvkey addr"),
        bad().getFirst().cure());
  }

  private void sharing(String text) {
    var config = ProxyConfig.parse(text, Map.of());
    new StickinessChecks("backend app", config.backend("app").orElseThrow(), report)
        .sharing(config);
  }

  @Test
  void aSubsetThatLeavesMembersOutIsRaised() {
    Loaded.Valid loaded = settings("POOLS_0_SUBSET", "1", "POOLS_0_READINESS", "off");
    var agent =
        new AgentReading(
            "ha",
            Roster.of(
                List.of(
                    member("ha", "balancer"),
                    member("s1", "backend"),
                    member("s2", "backend"),
                    member("s3", "backend"))),
            true,
            true);
    var facts =
        new ExaminationInput(
            loaded.settings(), folder, null, new AdminSocket(folder), "", List.of(), agent, OTHER);
    new PoolChecks(loaded.settings().pools().getFirst(), facts, report).examine();
    assertTrue(only().text().contains("leave 2 of 3 members without a balancer"), only().text());
    assertEquals(Cure.setting("pools:\n  - backend: nodes\n    subset: 6"), only().cure());
  }

  @Test
  void aFileOfTheSettingsMustBeReadableForTheUserOfTheSidecar() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "a key");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    new SecretFileChecks(OTHER, report).examine(new Loaded.NamedFile("announce.key", file, true));
    assertEquals(
        new Diagnosis(
            Diagnosis.Level.FAIL,
            "announce.key",
            file + ": permission denied for the user rollcall",
            Cure.run("chgrp 65000 %s\nchmod g+rX %s".formatted(file, file))),
        only());
  }

  @Test
  void signedAnnouncementsRequireASynchronizedClock() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef");
    new MachineChecks(settings("ANNOUNCE_KEY", key.toString()), OTHER, report).clock("no");
    assertEquals(Cure.run("timedatectl set-ntp true"), only().cure());
    var without = new DiagnosisCollector();
    new MachineChecks(settings(), OTHER, without).clock("no");
    assertEquals(Diagnosis.Level.OK, without.all().getFirst().level());
  }

  /** A machine with systemd: units of the packages, in the folder of this test. */
  private void machine(String... enabled) throws IOException {
    Files.createDirectories(folder.resolve("run/systemd/system"));
    Path units = Files.createDirectories(folder.resolve("usr/lib/systemd/system"));
    Path wanted =
        Files.createDirectories(folder.resolve("etc/systemd/system/multi-user.target.wants"));
    for (String name : List.of("rollcall", "haproxy", "serf")) {
      Files.writeString(
          units.resolve(name + ".service"),
          "[Service]\nProtectSystem=strict\nReadWritePaths=-/var/lib/haproxy\n");
    }
    for (String name : enabled) {
      Files.createSymbolicLink(wanted.resolve(name + ".service"), units.resolve(name + ".service"));
    }
  }

  private List<Diagnosis> bad() {
    return report.all().stream().filter(one -> one.level() != Diagnosis.Level.OK).toList();
  }

  @Test
  void aUnitThatDoesNotStartWithTheMachineIsRaised() throws Exception {
    machine("rollcall", "serf");
    new UnitChecks(folder, report).examine(settings().settings());
    assertEquals(
        List.of(
            new Diagnosis(
                Diagnosis.Level.WARN,
                "haproxy.service",
                "is not enabled: it does not start with the machine",
                Cure.run("systemctl enable haproxy"))),
        bad());
  }

  @Test
  void aFileWhereTheUnitMayNotWriteIsRaisedAndTheCureHelps() throws Exception {
    machine("rollcall", "serf", "haproxy");
    Settings elsewhere = settings("HAPROXY_STATEFILE", "/srv/state/servers").settings();
    new UnitChecks(folder, report).examine(elsewhere);
    assertEquals(1, bad().size(), report.all()::toString);
    assertEquals(
        "/srv/state is read-only for rollcall.service (ProtectSystem=strict)",
        bad().getFirst().text());
    Path dropIns = Files.createDirectories(folder.resolve("etc/systemd/system/rollcall.service.d"));
    Files.writeString(dropIns.resolve("write.conf"), "[Service]\nReadWritePaths=/srv/state\n");
    var after = new DiagnosisCollector();
    new UnitChecks(folder, after).examine(elsewhere);
    assertTrue(
        after.all().stream().allMatch(one -> one.level() == Diagnosis.Level.OK),
        after.all()::toString);
  }

  @Test
  void settingsThatTheSidecarDidNotReadAreRaised() throws Exception {
    Path file = Files.writeString(folder.resolve("sidecar.yaml"), "");
    Instant changed = Files.getLastModifiedTime(file).toInstant();
    var checks = new FreshnessChecks(report);
    checks.settings(file, changed.minusSeconds(1).toString());
    checks.settings(file, changed.plusSeconds(60).toString());
    checks.settings(file, "");
    assertEquals(List.of(), report.all());
    checks.settings(file, changed.minusSeconds(60).toString());
    assertEquals(
        Diagnosis.Level.WARN, only().level(), "changed a minute after the start of the sidecar");
    assertEquals(Cure.run("systemctl restart rollcall"), only().cure());
  }

  private static AgentReading agent(Member... members) {
    return new AgentReading("ha", Roster.of(List.of(members)), true, true);
  }

  @Test
  void anAgentThatAnnouncesALoopbackAddressToOthersIsRaised() {
    var self =
        new Member(
            "ha",
            InetAddress.ofLiteral("127.0.0.1"),
            MemberStatus.ALIVE,
            Map.of("role", "balancer"));
    var checks = new SerfChecks(settings(), report);
    checks.examine(agent(self, member("s1", "backend")));
    assertEquals(List.of("serf address"), bad().stream().map(Diagnosis::about).toList());
  }

  @Test
  void aTagThatIsNearlyTheRuleOfAPoolIsRaised() {
    var checks = new SerfChecks(settings(), report);
    checks.examine(
        agent(
            member("ha", "balancer"),
            member("s1", "backend"),
            member("s2", "backned"),
            member("s3", "Backend"),
            member("s4", "backend2"),
            member("db", "database")));
    assertEquals(List.of("member s2", "member s3"), bad().stream().map(Diagnosis::about).toList());
    assertEquals(
        Cure.follow("on its machine run: serf tags -set role=backend"), bad().getFirst().cure());
  }
}
