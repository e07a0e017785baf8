package io.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.PoolPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsFileTest {
  private static final PoolPolicy NODES =
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
  private static final Settings DEFAULTS =
      new Settings(
          new Settings.Http("0.0.0.0", 9999, null),
          new Settings.Serf(
              Path.of("/run/rollcall/serf.pipe"), "127.0.0.1", 7373, null, Duration.ofSeconds(30)),
          new Settings.Haproxy(
              Path.of("/run/haproxy/admin.sock"),
              Path.of("/var/lib/haproxy/server-state"),
              Duration.ofSeconds(10),
              Duration.ofSeconds(1)),
          Path.of("/var/lib/rollcall"),
          List.of(NODES),
          new Settings.Mail(null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()));

  @TempDir Path dir;

  private Loaded load(String yaml, Map<String, String> environment) {
    try {
      Path file = Files.writeString(dir.resolve("sidecar.yaml"), yaml);
      return SettingsFile.load(file, environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Settings settings(String yaml, Map<String, String> environment) {
    return assertInstanceOf(Loaded.Ok.class, load(yaml, environment)).settings();
  }

  /** The lines of a refusal, without the temporary directory. */
  private List<String> refusals(String yaml, Map<String, String> environment) {
    return assertInstanceOf(Loaded.Refused.class, load(yaml, environment)).lines().stream()
        .map(line -> line.replace(dir + "/", ""))
        .toList();
  }

  private String refusal(String yaml) {
    List<String> lines = refusals(yaml, Map.of());
    assertEquals(1, lines.size(), lines::toString);
    return lines.getFirst();
  }

  private String refusal(Map<String, String> environment) {
    List<String> lines = refusals("", environment);
    assertEquals(1, lines.size(), lines::toString);
    return lines.getFirst();
  }

  @Test
  void takesTheDefaultsOfAnEmptyFile() {
    assertEquals(DEFAULTS, settings("", Map.of()));
    assertEquals(DEFAULTS, settings("http:\npools:\nmail: {}\n", Map.of("PATH", "/bin")));
  }

  @Test
  void takesEveryKeyOfTheFile() {
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
            "check inter 200ms");
    assertEquals(
        new Settings(
            new Settings.Http("::1", 80, "0123"),
            new Settings.Serf(Path.of("/p"), "::1", 1, "a key", Duration.ofMinutes(5)),
            new Settings.Haproxy(
                Path.of("/s"), Path.of("/f"), Duration.ofHours(1), Duration.ofMillis(200)),
            Path.of("d"),
            List.of(web, pool("api")),
            new Settings.Mail(
                "m", 465, Settings.Tls.OFF, "no", "p w", "a@b", List.of("c@d", "e@f"))),
        settings(yaml, Map.of()));
  }

  private static PoolPolicy pool(String backend) {
    return new PoolPolicy(
        backend,
        NODES.match(),
        NODES.port(),
        NODES.drainTimeout(),
        NODES.sessionIdle(),
        NODES.suspectTimeout(),
        NODES.holdBelow(),
        NODES.growTo(),
        NODES.serverOptions());
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
        "http: {prot: 80}          | http.prot: expected one of host, port, token, got \"prot\"",
        "http.port: 80             | http.port: expected one of http, serf, haproxy, state, pools, mail, got \"http.port\"",
        "http: 80                  | http: expected keys (host, port, token), got text",
        "a                         | the file: expected keys (http, serf, haproxy, state, pools, mail), got text",
        "http: {token: s3 cr3t}    | http.token: expected 1 to 1024 visible ASCII characters without a space, got a secret that is not",
        "http: {token: {s3: cr3t}} | http.token: expected 1 to 1024 visible ASCII characters without a space, got keys",
        "serf: {rpc: localhost}    | serf.rpc: expected HOST:PORT, as 127.0.0.1:7373 or [::1]:7373, got \"localhost\"",
        "serf: {rpc: 'a:0'}        | serf.rpc: expected HOST:PORT, as 127.0.0.1:7373 or [::1]:7373, got \"a:0\"",
        "serf: {resync: 30}        | serf.resync: expected a duration from 1s to 1h, as 200ms, 30s, 5m or 1h, got \"30\"",
        "serf: {resync: 2h}        | serf.resync: expected a duration from 1s to 1h, as 200ms, 30s, 5m or 1h, got \"2h\"",
        "haproxy: {poll: 99ms}     | haproxy.poll: expected a duration from 100ms to 20s, as 200ms, 30s, 5m or 1h, got \"99ms\"",
        "serf: {pipe: \"a\\tb\"}   | serf.pipe: expected a path, got \"a?b\"",
        "pools: []                 | pools: expected a list of at least one pool, got an empty list",
        "pools: {backend: a}       | pools: expected a list of at least one pool, got keys",
        "pools: [a]                | pools[0]: expected keys (backend, match, port, drainTimeout, sessionIdle, suspectTimeout, holdBelow, growTo, serverOptions), got text",
        "pools: [{match: {}}]      | pools[0].match: expected tags with their values, as role=backend, got nothing",
        "pools: [{match: [a]}]     | pools[0].match: expected tags with their values, as role=backend, got a list",
        "pools: [{match: {a: [b]}}] | pools[0].match: expected tags with their values, as role=backend, got keys",
        "pools: [{match: {a: 'b,c=d'}}] | pools[0].match: expected tags with their values, as role=backend, got keys",
        "pools: [{match: {a=b: c=d}}] | pools[0].match: expected tags with their values, as role=backend, got keys",
        "pools: [{holdBelow: 1.5}] | pools[0].holdBelow: expected a share from 0 to 1, as 0.5, got \"1.5\"",
        "pools: [{holdBelow: 50%}] | pools[0].holdBelow: expected a share from 0 to 1, as 0.5, got \"50%\"",
        "pools: [{growTo: 0}]      | pools[0].growTo: expected off or a whole number from 1 to 10000, got \"0\"",
        "pools: [{backend: 'a;b'}] | pools[0].backend: expected the name of an HAProxy backend, of letters, digits, _ . : and -, got \"a;b\"",
        "pools: [{serverOptions: 'check;del'}] | pools[0].serverOptions: expected keywords of a server line, check among them, without ; \\ or <, got \"check;del\"",
        "pools: [{backend: a}, {backend: a}] | pools[1].backend: expected a backend that no other pool has, got \"a\"",
        "pools: [{}, {}]           | pools[1].backend: expected a backend that no other pool has, got \"nodes\"",
        "mail: {tls: ssl}          | mail.tls: expected one of off, optional, starttls, tls, got \"ssl\"",
        "mail: {host: m, from: a@b} | mail.to: expected mail addresses, as ops@example.org, because mail.host is set, got nothing",
        "mail: {user: u}           | mail.password: expected 1 to 1024 characters of one line, because mail.user is set, got nothing",
        "mail: {to: [a@b, c]}      | mail.to: expected mail addresses, as ops@example.org, got \"a@b,c\"",
        "http: {port: *p}          | expected one YAML document, found an alias, which settings don't have in line 1",
        "http: {port: 1, port: 2}  | expected one YAML document, found the key \"port\" twice in line 1",
        "http: [                   | expected one YAML document, expected the node content, but found '<stream end>' in line 1",
      })
  void refusesInTheFile(String yaml, String expected) {
    assertEquals("sidecar.yaml: " + expected, refusal(yaml));
  }

  @Test
  void tellsAllThatIsWrongAtOnce() {
    assertEquals(
        List.of(
            "sidecar.yaml: htpp: expected one of http, serf, haproxy, state, pools, mail, got \"htpp\"",
            "SIDECAR_HTTP_PORT: http.port: expected a whole number from 1 to 65535, got \"x\"",
            "sidecar.yaml: haproxy.poll: expected a duration from 100ms to 20s, as 200ms, 30s, 5m or 1h,"
                + " got \"1\""),
        refusals("haproxy: {poll: 1}\nhtpp: 1", Map.of("SIDECAR_HTTP_PORT", "x")));
  }

  @Test
  void refusesASecondDocumentAndTextThatIsNoYaml() {
    assertEquals(
        "sidecar.yaml: expected one YAML document, found a second document in line 3",
        refusal("http: {}\n---\nhttp: {}\n"));
    assertEquals(
        "sidecar.yaml: expected one YAML document, found character '\\t(TAB)' that cannot start any"
            + " token. (Do not use \\t(TAB) for indentation) in line 2",
        refusal("http:\n\tport: 1\n"));
  }

  @Test
  void refusesAFileThatItCannotRead() throws IOException {
    Path file = dir.resolve("sidecar.yaml");
    assertEquals(
        new Loaded.Refused(List.of(file + ": expected a readable file, got no such file")),
        SettingsFile.load(file, Map.of()));
    assertEquals(
        new Loaded.Refused(List.of(dir + ": expected a readable file, got Is a directory")),
        SettingsFile.load(dir, Map.of()));
    Files.write(file, new byte[] {(byte) 0xff});
    assertEquals(
        new Loaded.Refused(List.of(file + ": expected a readable file, got not UTF-8")),
        SettingsFile.load(file, Map.of()));
  }

  @Test
  void showsNoSecret() {
    Settings settings =
        settings(
            "mail: {user: u, password: s3cr3t}",
            Map.of("SIDECAR_HTTP_TOKEN", "s3cr3t", "SIDECAR_SERF_AUTHKEY", "s3cr3t"));
    assertEquals("s3cr3t", settings.http().token());
    assertFalse(settings.toString().contains("s3cr3t"), settings::toString);
  }

  @Nested
  class FromTheEnvironment {
    @Test
    void knowsEveryKey() {
      for (Key<?> key : Keys.ALL) {
        String variable = key.variable().replace('#', '0');
        String expected =
            variable + ": " + key.at(0).path() + ": expected " + key.kind().expected();
        List<String> lines = refusals("", Map.of(variable, "\u0001"));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith(expected)), lines::toString);
      }
    }

    @Test
    void winsOverTheFile() {
      Settings settings =
          settings(
              "http: {port: 80}\npools: [{backend: a, port: 1, match: {x: y}}]",
              Map.of(
                  "SIDECAR_HTTP_PORT", "81",
                  "SIDECAR_STATE_DIR", "/d",
                  "SIDECAR_SERF_RPC", "",
                  "SIDECAR_POOLS_0_HOLDBELOW", "0.25",
                  "SIDECAR_POOLS_0_MATCH", "role=backend, zone=a"));
      assertEquals(81, settings.http().port());
      assertEquals(Path.of("/d"), settings.stateDir());
      assertEquals(null, settings.serf().rpcHost());
      assertEquals(0, settings.serf().rpcPort());
      PoolPolicy pool = settings.pools().getFirst();
      assertEquals("a", pool.backend());
      assertEquals(1, pool.port());
      assertEquals(0.25, pool.holdBelow());
      assertEquals(Map.of("role", "backend", "zone", "a"), pool.match());
    }

    @Test
    void addsThePoolOfTheNextIndex() {
      Settings settings =
          settings(
              "", Map.of("SIDECAR_POOLS_1_BACKEND", "api", "SIDECAR_POOLS_2_BACKEND", "static"));
      assertEquals(List.of(NODES, pool("api"), pool("static")), settings.pools());
    }

    @Test
    void countsPoolsByNumberNotByLetters() {
      var environment = new TreeMap<String, String>();
      for (int i = 0; i < 12; i++) {
        environment.put("SIDECAR_POOLS_" + i + "_BACKEND", "b" + i);
      }
      assertEquals("b11", settings("", environment).pools().get(11).backend());
    }

    @Test
    void takesASecretFromAFile() throws IOException {
      Path file = Files.writeString(dir.resolve("token"), "s3cr3t\n");
      assertEquals(
          "s3cr3t",
          settings("", Map.of("SIDECAR_HTTP_TOKEN_FILE", file.toString())).http().token());
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "SIDECAR_HTTP_PORT | http | http.port: expected a whole number from 1 to 65535, got \"http\"",
          "SIDECAR_HTTP_PORT | `` | http.port: expected a whole number from 1 to 65535, got nothing",
          "SIDECAR_HTTP_TOKEN | s3 cr3t | http.token: expected 1 to 1024 visible ASCII characters without a space, got a secret that is not",
          "SIDECAR_HTTP_TOKEN_FILE | /nowhere | http.token: expected the path of a readable file, got \"/nowhere\" (no such file)",
          "SIDECAR_POOLS_0_MATCH | role | pools[0].match: expected tags with their values, as role=backend, got \"role\"",
          "SIDECAR_POOLS_0_MATCH | a=b,a=c | pools[0].match: expected tags with their values, as role=backend, got \"a=b,a=c\"",
          "SIDECAR_POOLS_2_PORT | 1 | pools[2].port: expected a pool's index from 0 to 1, got 2",
          "SIDECAR_POOLS_1_BACKEND | nodes | pools[1].backend: expected a backend that no other pool has, got \"nodes\"",
        })
    void refusesAValue(String variable, String value, String expected) {
      assertEquals(variable + ": " + expected, refusal(Map.of(variable, value)));
    }

    @ParameterizedTest
    @CsvSource({
      "SIDECAR_HTTP_PROT",
      "SIDECAR_HTTP_PORT_FILE",
      "SIDECAR_POOLS_BACKEND",
      "SIDECAR_POOLS_#_BACKEND",
      "SIDECAR_POOLS_0000_BACKEND",
      "SIDECAR_POOLS_0_",
      "SIDECAR_POOLS_0",
      "SIDECAR_",
    })
    void refusesAnUnknownVariable(String variable) {
      assertEquals(
          variable
              + ": expected SIDECAR_ and the path of a setting, as SIDECAR_HTTP_PORT for http.port,"
              + " got a name that no setting has",
          refusal(Map.of(variable, "nodes")));
    }

    @Test
    void refusesASecretThatIsGivenTwice() {
      assertEquals(
          "SIDECAR_HTTP_TOKEN_FILE: http.token: expected this or SIDECAR_HTTP_TOKEN, got both",
          refusal(Map.of("SIDECAR_HTTP_TOKEN", "s3cr3t", "SIDECAR_HTTP_TOKEN_FILE", "/dev/null")));
    }

    @Test
    void refusesASecretsFileOfTwoLinesWithoutShowingIt() throws IOException {
      Path file = Files.writeString(dir.resolve("token"), "s3cr3t\n\n");
      assertEquals(
          "SIDECAR_HTTP_TOKEN_FILE: http.token: expected 1 to 1024 visible ASCII characters without"
              + " a space, got a secret that is not",
          refusal(Map.of("SIDECAR_HTTP_TOKEN_FILE", file.toString())));
    }
  }
}
