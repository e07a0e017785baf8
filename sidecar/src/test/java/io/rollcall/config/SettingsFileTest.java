package io.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.rollcall.core.model.NamePattern;
import io.rollcall.core.model.PoolOptions;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings in the file. */
final class SettingsFileTest {
  @TempDir Path dir;
  private SettingsLoading given;

  @BeforeEach
  void make() {
    given = new SettingsLoading(dir);
  }

  @Test
  void usesTheDefaultsForAnEmptyFile() {
    assertEquals(SettingsLoading.DEFAULTS, given.settings("", Map.of()));
    assertEquals(
        SettingsLoading.DEFAULTS,
        given.settings("http:\npools:\nmail: {}\n", Map.of("PATH", "/bin")));
  }

  @Test
  void readsEveryKeyOfTheFile() {
    var yaml =
        """
        http: {host: "::1", port: 80, token: 0123}
        serf: {pipe: /p, rpc: "[::1]:1", authKey: a key, resync: 5m}
        haproxy: {socket: /s, stateFile: /f, resync: 1h, poll: 200ms}
        state: {dir: d}
        pools:
          - backend: web.1
            match: {role: backend, zone: a}
            port: 1
            portTag: admin
            slots: web-*
            onRoleChange: cut
            privateConnections: true
            drainTimeout: 0s
            sessionIdle: 1ms
            suspectTimeout: 24h
            holdBelow: 1
            growTo: 100
            serverOptions: check inter 200ms
          - backend: api
        mail: {host: m, port: 465, tls: off, user: no, password: "p w", from: a@b, to: [c@d, e@f]}
        """;
    var web =
        new PoolPolicy(
            "web.1",
            Map.of("role", "backend", "zone", "a"),
            1,
            Duration.ZERO,
            Duration.ofMillis(1),
            Duration.ofHours(24),
            1,
            100,
            "check inter 200ms",
            Duration.ofSeconds(60),
            false,
            Readiness.OFF,
            new PoolOptions(
                NamePattern.of("web-*").orElseThrow(),
                "admin",
                List.of(),
                PoolOptions.RoleChange.CUT,
                true));
    assertEquals(
        new Settings(
            new Settings.HttpSettings("::1", 80, "0123"),
            new Settings.SerfSettings(Path.of("/p"), "::1", 1, "a key", Duration.ofMinutes(5)),
            new Settings.HaproxySettings(
                Path.of("/s"), Path.of("/f"), Duration.ofHours(1), Duration.ofMillis(200)),
            Path.of("d"),
            List.of(web, SettingsLoading.pool("api")),
            new Settings.MailSettings(
                "m", 465, Settings.Tls.OFF, "no", "p w", "a@b", List.of("c@d", "e@f"))),
        given.settings(yaml, Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "http: {port: http}        | http.port: expected a whole number from 1 to 65535, got \"http\"",
        "http: {port: 0}           | http.port: expected a whole number from 1 to 65535, got \"0\"",
        "http: {port: 65536}       | http.port: expected a whole number from 1 to 65535, got \"65536\"",
        "http: {port: 99999999999} | http.port: expected a whole number from 1 to 65535, got \"99999999999\"",
        "http: {port: -1}          | http.port: expected a whole number from 1 to 65535, got \"-1\"",
        "http: {port: 0x50}        | http.port: expected a whole number from 1 to 65535, got \"0x50\"",
        "http: {port: }            | http.port: expected a whole number from 1 to 65535, got nothing",
        "http: {port: [1]}         | http.port: expected a whole number from 1 to 65535, got a list",
        "http: {host: a b}         | http.host: expected a host name or an IP address, got \"a b\"",
        "http: {host: ''}          | http.host: expected a host name or an IP address, got nothing",
        "http: {prot: 80}          | unknown key \"http.prot\", did you mean http.port? (expected one of host, port, token, tokens, hosts, trustedProxies, tls)",
        "http.port: 80             | unknown key \"http.port\" (expected one of http, serf, haproxy, state, pools, mail, alerts, announce, metrics)",
        "http: 80                  | http: expected the keys host, port, token, tokens, hosts, trustedProxies, tls, got text",
        "a                         | the file: expected the keys http, serf, haproxy, state, pools, mail, alerts, announce, metrics, got text",
        "http: {token: s3 cr3t}    | http.token: expected 1 to 1024 visible ASCII characters without a space, got another value (not shown: it is a secret)",
        "http: {token: {s3: cr3t}} | http.token: expected 1 to 1024 visible ASCII characters without a space, got a mapping",
        "metrics: {maxMembers: -1} | metrics.maxMembers: expected a whole number from 0 to 100000, got \"-1\"",
        "serf: {pipe: off, rpc: ''} | serf.pipe: expected a path, because serf.rpc is empty, got \"off\"",
        "serf: {rpc: localhost}    | serf.rpc: expected HOST:PORT, such as 127.0.0.1:7373 or [::1]:7373, got \"localhost\"",
        "serf: {rpc: 'a:0'}        | serf.rpc: expected HOST:PORT, such as 127.0.0.1:7373 or [::1]:7373, got \"a:0\"",
        "serf: {resync: 30}        | serf.resync: expected a duration from 1s to 1h, such as 200ms, 30s, 5m or 1h, got \"30\"",
        "serf: {resync: 2h}        | serf.resync: expected a duration from 1s to 1h, such as 200ms, 30s, 5m or 1h, got \"2h\"",
        "haproxy: {poll: 99ms}     | haproxy.poll: expected a duration from 100ms to 20s, such as 200ms, 30s, 5m or 1h, got \"99ms\"",
        "haproxy: {socket: '127.0.0.1:1999'} | haproxy.socket: expected the path of a Unix socket, such as /run/haproxy/admin.sock (not HOST:PORT or abns@NAME), got \"127.0.0.1:1999\"",
        "haproxy: {socket: abns@admin}     | haproxy.socket: expected the path of a Unix socket, such as /run/haproxy/admin.sock (not HOST:PORT or abns@NAME), got \"abns@admin\"",
        "haproxy: {socket: ipv4@a:1}       | haproxy.socket: expected the path of a Unix socket, such as /run/haproxy/admin.sock (not HOST:PORT or abns@NAME), got \"ipv4@a:1\"",
        "serf: {pipe: \"a\\tb\"}   | serf.pipe: expected off or a path, got \"a\\u{9}b\"",
        "pools: []                 | pools: expected a list of at least one pool, got an empty list",
        "pools: {backend: a}       | pools: expected a list of at least one pool, got a mapping",
        "pools: [a]                | pools[0]: expected the keys backend, match, port, portTag, slots, onRoleChange, privateConnections, drainTimeout, sessionIdle, suspectTimeout, joinTimeout, holdBelow, growTo, serverOptions, observe, readiness, allow, names, subset, got text",
        "pools: [{match: {}}]      | pools[0].match: expected tags with their values, such as role=backend, got nothing",
        "pools: [{match: [a]}]     | pools[0].match: expected tags with their values, such as role=backend, got a list",
        "pools: [{match: {a: [b]}}] | pools[0].match: expected tags with their values, such as role=backend, got a mapping",
        "pools: [{match: {a: 'b,c=d'}}] | pools[0].match: expected tags with their values, such as role=backend, got a mapping",
        "pools: [{match: {a=b: c=d}}] | pools[0].match: expected tags with their values, such as role=backend, got a mapping",
        "pools: [{holdBelow: 1.5}] | pools[0].holdBelow: expected a share from 0 to 1, such as 0.5, got \"1.5\"",
        "pools: [{holdBelow: 50%}] | pools[0].holdBelow: expected a share from 0 to 1, such as 0.5, got \"50%\"",
        "pools: [{slots: '['}]     | pools[0].slots: expected a regular expression or a shell pattern, such as web-[0-9]+ or web-*, got \"[\"",
        "pools: [{onRoleChange: kill}] | pools[0].onRoleChange: expected one of cut, drain, got \"kill\"",
        "pools: [{growTo: 0}]      | pools[0].growTo: expected off or a whole number from 1 to 10000, got \"0\"",
        "pools: [{backend: 'a;b'}] | pools[0].backend: expected the name of an HAProxy backend, of letters, digits, _ . : and -, got \"a;b\"",
        "pools: [{serverOptions: 'check;del'}] | pools[0].serverOptions: expected keywords of a server line, check among them, without ; \\ or <, got \"check;del\"",
        "pools: [{allow: [10.0.0.0/33]}] | pools[0].allow: expected addresses or ranges, such as 192.0.2.1, 10.0.0.0/8 or fd00::/8, got \"10.0.0.0/33\"",
        "pools: [{names: '('}]     | pools[0].names: expected a regular expression or a shell pattern, such as web-[0-9]+ or web-*, got \"(\"",
        "pools: [{subset: 0}]      | pools[0].subset: expected off or a whole number from 1 to 10000, got \"0\"",
        "pools: [{backend: a}, {backend: a}] | pools[1].backend: expected a backend that no other pool has, got \"a\"",
        "pools: [{}, {}]           | pools[1].backend: expected a backend that no other pool has, got \"nodes\"",
        "mail: {tls: ssl}          | mail.tls: expected one of off, optional, starttls, tls, got \"ssl\"",
        "mail: {host: m, from: a@b} | mail.to: expected mail addresses, such as ops@example.org, because mail.host is set, got nothing",
        "mail: {user: u}           | mail.password: expected 1 to 1024 characters of one line, because mail.user is set, got nothing",
        "mail: {to: [a@b, c]}      | mail.to: expected mail addresses, such as ops@example.org, got \"a@b,c\"",
        "http: {port: *p}          | line 1: invalid YAML: aliases are not supported",
        "http: {port: 1, port: 2}  | line 1: invalid YAML: key \"port\" is given twice",
        "http: [                   | line 1: invalid YAML: expected the node content, but found '<stream end>'",
      })
  void rejectsInTheFile(String yaml, String expected) {
    assertEquals("sidecar.yaml: " + expected, given.refusal(yaml));
  }

  @Test
  void reportsEveryProblem() {
    assertEquals(
        List.of(
            "sidecar.yaml: unknown key \"htpp\", did you mean http? (expected one of http, serf,"
                + " haproxy, state, pools, mail, alerts, announce, metrics)",
            "SIDECAR_HTTP_PORT: http.port: expected a whole number from 1 to 65535, got \"x\"",
            "sidecar.yaml: haproxy.poll: expected a duration from 100ms to 20s, such as 200ms, 30s, 5m or 1h,"
                + " got \"1\""),
        given.refusals("haproxy: {poll: 1}\nhtpp: 1", Map.of("SIDECAR_HTTP_PORT", "x")));
  }

  @Test
  void rejectsASecondDocumentAndTextThatIsNotYaml() {
    assertEquals(
        "sidecar.yaml: line 3: invalid YAML: expected one document, found a second",
        given.refusal("http: {}\n---\nhttp: {}\n"));
    assertEquals(
        "sidecar.yaml: line 2: invalid YAML: found character '\\t(TAB)' that cannot start any"
            + " token. (Do not use \\t(TAB) for indentation)",
        given.refusal("http:\n\tport: 1\n"));
  }

  @Test
  void reportsAFileThatCannotBeRead() throws IOException {
    Path file = dir.resolve("sidecar.yaml");
    assertEquals(
        new Loaded.Rejected(List.of(file + ": cannot be read: no such file")),
        SettingsFile.load(file, Map.of()));
    assertEquals(
        new Loaded.Rejected(List.of(dir + ": cannot be read: Is a directory")),
        SettingsFile.load(dir, Map.of()));
    Files.write(file, new byte[] {(byte) 0xff});
    assertEquals(
        new Loaded.Rejected(List.of(file + ": cannot be read: not UTF-8")),
        SettingsFile.load(file, Map.of()));
  }

  @Test
  void showsNoSecret() {
    Settings settings =
        given.settings(
            "mail: {user: u, password: s3cr3t}",
            Map.of("SIDECAR_HTTP_TOKEN", "s3cr3t", "SIDECAR_SERF_AUTHKEY", "s3cr3t"));
    assertEquals("s3cr3t", settings.http().token());
    assertFalse(settings.toString().contains("s3cr3t"), settings::toString);
  }
}
