package io.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.PoolPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings from the environment, over those of the file. */
final class EnvironmentSettingsTest {
  @TempDir Path dir;
  private SettingsLoading given;

  @BeforeEach
  void make() {
    given = new SettingsLoading(dir);
  }

  @Test
  void hasAVariableForEveryKey() {
    for (SettingKey<?> key : SettingKeys.ALL) {
      String variable = key.variable().replace('#', '0');
      String expected = variable + ": " + key.at(0).path() + ": expected " + key.type().expected();
      List<String> lines = given.refusals("", Map.of(variable, "\u0001"));
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(expected)), lines::toString);
    }
  }

  @Test
  void overridesTheFile() {
    Settings settings =
        given.settings(
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
        given.settings(
            "", Map.of("SIDECAR_POOLS_1_BACKEND", "api", "SIDECAR_POOLS_2_BACKEND", "static"));
    assertEquals(
        List.of(SettingsLoading.NODES, SettingsLoading.pool("api"), SettingsLoading.pool("static")),
        settings.pools());
  }

  @Test
  void ordersPoolsByNumber() {
    var environment = new TreeMap<String, String>();
    for (int i = 0; i < 12; i++) {
      environment.put("SIDECAR_POOLS_" + i + "_BACKEND", "b" + i);
    }
    assertEquals("b11", given.settings("", environment).pools().get(11).backend());
  }

  @Test
  void readsASecretFromAFile() throws IOException {
    Path file = Files.writeString(dir.resolve("token"), "s3cr3t\n");
    assertEquals(
        "s3cr3t",
        given.settings("", Map.of("SIDECAR_HTTP_TOKEN_FILE", file.toString())).http().token());
  }

  @Test
  void refusesAKeyAsTheCertificate() throws IOException {
    String file =
        Files.writeString(dir.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\n").toString();
    assertEquals(
        List.of(
            "SIDECAR_HTTP_TLS_CERTIFICATE: http.tls.certificate:"
                + " expected a PEM file with a certificate, got \"key.pem\""),
        given.refusals(
            "", Map.of("SIDECAR_HTTP_TLS_CERTIFICATE", file, "SIDECAR_HTTP_TLS_KEY", file)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SIDECAR_HTTP_PORT | http | http.port: expected a whole number from 1 to 65535, got \"http\"",
        "SIDECAR_HTTP_PORT | `` | http.port: expected a whole number from 1 to 65535, got nothing",
        "SIDECAR_HTTP_TOKEN | s3 cr3t | http.token: expected 1 to 1024 visible ASCII characters without a space, got another value (not shown: it is a secret)",
        "SIDECAR_HTTP_TOKEN_FILE | /nowhere | http.token: expected the path of a readable file, got \"/nowhere\" (no such file)",
        "SIDECAR_POOLS_0_MATCH | role | pools[0].match: expected tags with their values, such as role=backend, got \"role\"",
        "SIDECAR_POOLS_0_MATCH | a=b,a=c | pools[0].match: expected tags with their values, such as role=backend, got \"a=b,a=c\"",
        "SIDECAR_POOLS_2_PORT | 1 | pools[2].port: expected a pool index from 0 to 1, got 2",
        "SIDECAR_POOLS_1_BACKEND | nodes | pools[1].backend: expected a backend that no other pool has, got \"nodes\"",
      })
  void rejectsAValue(String variable, String value, String expected) {
    assertEquals(variable + ": " + expected, given.refusal(Map.of(variable, value)));
  }

  @ParameterizedTest
  @CsvSource({
    "SIDECAR_HTTP_PORT_FILE",
    "SIDECAR_POOLS_0_",
    "SIDECAR_POOLS_0",
    "SIDECAR_",
    "SIDECAR_NODES_0_BACKEND",
  })
  void rejectsAnUnknownVariable(String variable) {
    assertEquals(
        variable
            + ": unknown variable (expected SIDECAR_ and the path of a setting, such as"
            + " SIDECAR_HTTP_PORT for http.port)",
        given.refusal(Map.of(variable, "nodes")));
  }

  @ParameterizedTest
  @CsvSource({
    "SIDECAR_HTTP_PROT, SIDECAR_HTTP_PORT",
    "SIDECAR_STATEDIR, SIDECAR_STATE_DIR",
    "SIDECAR_POOLS_BACKEND, SIDECAR_POOLS_0_BACKEND",
    "SIDECAR_POOLS_#_BACKEND, SIDECAR_POOLS_0_BACKEND",
    "SIDECAR_POOLS_7_BACKENDS, SIDECAR_POOLS_7_BACKEND",
  })
  void suggestsTheVariableThatWasMeant(String variable, String similar) {
    assertEquals(
        variable + ": unknown variable, did you mean " + similar + "?",
        given.refusal(Map.of(variable, "nodes")));
  }

  @Test
  void rejectsASecretThatIsGivenTwice() {
    assertEquals(
        "SIDECAR_HTTP_TOKEN_FILE: http.token: expected only one of SIDECAR_HTTP_TOKEN and"
            + " SIDECAR_HTTP_TOKEN_FILE, got both",
        given.refusal(
            Map.of("SIDECAR_HTTP_TOKEN", "s3cr3t", "SIDECAR_HTTP_TOKEN_FILE", "/dev/null")));
  }

  @Test
  void rejectsASecretOfTwoLinesWithoutShowingIt() throws IOException {
    Path file = Files.writeString(dir.resolve("token"), "s3cr3t\n\n");
    assertEquals(
        "SIDECAR_HTTP_TOKEN_FILE: http.token: expected 1 to 1024 visible ASCII characters without"
            + " a space, got another value (not shown: it is a secret)",
        given.refusal(Map.of("SIDECAR_HTTP_TOKEN_FILE", file.toString())));
  }
}
