package io.rollcall.cli;

import static io.rollcall.http.Samples.S1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.http.HttpAccess;
import io.rollcall.http.Samples;
import io.rollcall.http.StatusServer;
import io.rollcall.http.StubStatus;
import io.rollcall.http.TlsFiles;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.TestClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What each command asks of a sidecar, what it prints, and its exit status. */
final class RollcallTest {
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir Path folder;
  private final StubStatus source = new StubStatus();
  private final List<OperatorAction> given = Collections.synchronizedList(new ArrayList<>());
  private @Nullable String refusal;
  private final Map<String, String> environment = new TreeMap<>();
  private StatusServer server;

  @BeforeEach
  void listen() throws Exception {
    server =
        new StatusServer(
            VERTX,
            HttpAccess.of(TestClient.TOKEN),
            source.ports((action, _) -> {
              given.add(action);
              return Future.succeededFuture(refusal);
            }));
    int port = server.listen("127.0.0.1", 0).await(5, SECONDS);
    environment.put("ROLLCALL_CONF", "../conf");
    environment.put("SIDECAR_HTTP_PORT", String.valueOf(port));
    environment.put("SIDECAR_HTTP_TOKEN", TestClient.TOKEN);
  }

  @AfterEach
  void close() {
    server.close().await();
  }

  @AfterAll
  static void stop() {
    VERTX.close().await();
  }

  private CommandRun rollcall(String... arguments) {
    return CommandRun.of(environment, arguments);
  }

  @Test
  void printsTheStatus() throws Exception {
    assertTrue(rollcall("status").out(0).startsWith("nodes: 2 of 2 up"));
    JsonNode status = ApiClient.JSON.readTree(rollcall("status", "--json").out(0));
    assertEquals("nodes", status.at("/pools/0/backend").asText());
  }

  @Test
  void theDoctorPrintsTheProblemsOfTheRunningSidecarWithTheirCodes() {
    source.status = Samples.status(S1, Samples.UNKNOWN);
    String found = rollcall("doctor").out(1);
    assertTrue(
        found.contains("warn  status member-waiting: nodes: new waiting (no free slot)\n"), found);
    assertTrue(found.contains("docs/troubleshooting.md#member-waiting\n"), found);
  }

  @Test
  void everyCommandIsFoundByTheNameOfItsClass() {
    Map<String, CommandLine> all = Rollcall.commandLine(environment).getSubcommands();
    assertEquals(15, all.size());
    for (String name : all.keySet()) {
      assertEquals(Set.of(name), Rollcall.commandLine(environment, name).getSubcommands().keySet());
    }
  }

  @Test
  void printsTheMembers() throws Exception {
    List<String> lines = rollcall("members").out(0).lines().toList();
    assertTrue(lines.get(0).startsWith("POOL   NAME  ADDRESS"), lines.get(0));
    assertTrue(lines.get(1).startsWith("nodes  s1    "), lines.get(1));
    JsonNode members = ApiClient.JSON.readTree(rollcall("members", "--json").out(0));
    assertEquals("serving", members.at("/0/state").asText());
    assertEquals("nodes", members.at("/0/pool").asText());
    assertTrue(rollcall("members", "--pool", "other").err(1).contains("no pool other"));
  }

  @Test
  void printsNoCharacterThatMovesTheCursor() {
    source.status = Samples.status(Samples.because("s1\u001b[2J", "why\u001b[1A"));
    assertFalse(rollcall("members").out(0).contains("\u001b"));
    assertFalse(rollcall("status").out(0).contains("\u001b"));
  }

  @Test
  void printsTheEvents() {
    String events = rollcall("events").out(0);
    assertEquals(source.status.events().size(), events.lines().count());
    long first = source.status.events().getFirst().id();
    assertEquals(
        source.status.events().size() - 1,
        rollcall("events", "--json", "--since", String.valueOf(first)).out(0).lines().count());
  }

  @ParameterizedTest
  @CsvSource({
    "drain s1, SetState nodes s1 DRAIN",
    "maint s1, SetState nodes s1 MAINT",
    "ready s1, SetState nodes s1 READY",
    "ready ../x --pool other, SetState other ../x READY",
    "weight s1 7, SetWeightTo nodes s1 7",
    "release s1, ClearIntent nodes s1",
    "release nodes, ReleaseHold nodes",
    "release --hold nodes, ReleaseHold nodes"
  })
  void sendsAnOrder(String arguments, String action) {
    String printed = rollcall(arguments.split(" ")).out(0);
    assertTrue(printed.contains("accepted"), printed);
    assertEquals(List.of(action), given.stream().map(RollcallTest::words).toList());
  }

  private static String words(OperatorAction action) {
    return switch (action) {
      case OperatorAction.SetState set ->
          "SetState %s %s %s".formatted(set.backend(), set.member(), set.action());
      case OperatorAction.SetWeightTo set ->
          "SetWeightTo %s %s %d".formatted(set.backend(), set.member(), set.weight());
      case OperatorAction.ClearIntent clear ->
          "ClearIntent %s %s".formatted(clear.backend(), clear.member());
      case OperatorAction.ReleaseHold release -> "ReleaseHold " + release.backend();
      case OperatorAction.Resync _ -> "Resync";
    };
  }

  @Test
  void endsWithOneForARefusal() {
    refusal = "no such member";
    assertTrue(rollcall("drain", "s1").err(1).contains("no such member"));
    environment.put("SIDECAR_HTTP_TOKEN", "another");
    assertTrue(rollcall("drain", "s1").err(1).contains("(status 401)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no-such-command",
        "drain",
        "weight s1 300",
        "weight s1 x",
        "wait s1",
        "wait s1 --state eaten",
        "wait s1 --state gone --timeout 5",
        "status --url nonsense:",
        "status --url http://127.0.0.1 --token-file /no/such/file",
        "status --config /no/such/file"
      })
  void endsWithTwoForWrongUsage(String arguments) {
    CommandRun run = arguments.isEmpty() ? rollcall() : rollcall(arguments.split(" "));
    assertEquals("", run.out());
    assertFalse(run.err(2).isEmpty());
  }

  @Test
  void endsWithThreeWithoutASidecar() {
    environment.put("SIDECAR_HTTP_PORT", String.valueOf(FreePorts.one()));
    for (String command :
        List.of("status", "members", "events", "drain s1", "wait s1 --state gone")) {
      String line = command + (command.startsWith("wait") ? " --timeout 0s" : "");
      assertTrue(rollcall(line.split(" ")).err(3).contains("unreachable"), line);
    }
  }

  @Test
  void asksAnotherBalancerWithItsOwnToken() throws Exception {
    String url = "http://127.0.0.1:" + environment.get("SIDECAR_HTTP_PORT");
    Path token = Files.writeString(folder.resolve("token"), TestClient.TOKEN + "\n");
    environment.clear();
    environment.put("ROLLCALL_CONF", folder.toString()); // no settings there
    var _ = rollcall("drain", "s1", "--url", url, "--token-file", token.toString()).out(0);
    assertEquals(1, given.size());
    assertTrue(rollcall("drain", "s1", "--url", url).err(1).contains("401"));
  }

  @Test
  void checksTheSettings() throws Exception {
    assertTrue(rollcall("check").out(0).endsWith("sidecar.yaml: configuration is valid\n"));
    environment.put("SIDECAR_HTTP_PORT", "0");
    assertTrue(rollcall("check").err(2).startsWith("SIDECAR_HTTP_PORT: http.port: expected"));
    JsonNode result = ApiClient.JSON.readTree(rollcall("check", "--json").out(2));
    assertFalse(result.path("valid").asBoolean());
    assertEquals(1, result.path("problems").size());
  }

  @ParameterizedTest
  @CsvSource({
    "drain s1 --until tomorrow, 'expected a time such as 2030-01-31T08:00:00Z, got tomorrow'",
    "events --since abc, 'expected the id of an event, a whole number from 0, got abc'",
    "events --since -1, 'expected the id of an event, a whole number from 0, got -1'"
  })
  void saysWhichValueAnOptionExpects(String arguments, String expected) {
    String err = rollcall(arguments.split(" ")).err(2);
    assertTrue(err.contains(expected) && !err.contains("java"), err);
    assertEquals(List.of(), given);
  }

  @Test
  void waitsForMembers() throws Exception {
    assertTrue(rollcall("wait", "s1", "s2", "--state", "serving").out(0).contains("serving"));
    source.status = Samples.status(S1, Samples.row("s2", MemberState.JOINING));
    String[] arguments = {"wait", "s1", "s2", "--state", "serving", "--timeout", "0s"};
    assertTrue(rollcall(arguments).err(1).contains("s2 is joining in nodes"));
    VERTX.setTimer(
        300, _ -> source.status = Samples.status(S1, Samples.row("s2", MemberState.SERVING)));
    var _ = rollcall("wait", "s1", "s2", "--state", "serving", "--timeout", "10s").out(0);
    assertTrue(rollcall("wait", "s9", "--state", "gone").out(0).contains("gone"));
    String json = rollcall("wait", "s9", "--state", "serving", "--timeout", "0s", "--json").out(1);
    assertEquals("s9", ApiClient.JSON.readTree(json).at("/disagreements/0/member").asText(), json);
  }

  @Test
  void waitsForTheEndOfADrain() {
    source.status = Samples.status(S1, Samples.row("s2", MemberState.DRAINING));
    String[] arguments = {"drain", "s2", "--wait", "--timeout", "0s"};
    assertTrue(rollcall(arguments).err(1).contains("s2 is draining in nodes"));
    source.status = Samples.status(S1, Samples.row("s2", MemberState.PARKED));
    var _ = rollcall(arguments).out(0);
    assertEquals(2, given.size());
  }

  @Test
  void showsItsHelp() {
    String help = rollcall("--help").out(0);
    for (String name : Rollcall.commandLine(Map.of()).getSubcommands().keySet()) {
      assertTrue(help.contains("\n  " + name + " "), name);
      assertTrue(rollcall(name, "--help").out(0).contains("Usage: rollcall " + name), name);
    }
    assertTrue(rollcall("alert", "test", "--help").out(0).contains("CHANNEL"));
    assertTrue(rollcall("--version").out(0).startsWith("rollcall "));
  }

  @Test
  void believesTheCertificateOfTheSettings() throws Exception {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("certificate.pem");
    var openssl =
        new ProcessBuilder(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                    .concat(" -subj /CN=lb.example.org -keyout " + key + " -out " + certificate)
                    .split(" ", -1))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, openssl.waitFor());
    HttpAccess plain = HttpAccess.of(TestClient.TOKEN);
    var encrypted =
        new StatusServer(
            VERTX,
            new HttpAccess(
                plain.tokens(),
                plain.hosts(),
                plain.proxies(),
                new TlsFiles(certificate, key),
                plain.limits(),
                plain.closer()),
            source.ports((_, _) -> Future.succeededFuture(refusal)));
    int port = encrypted.listen("127.0.0.1", 0).await(5, SECONDS);
    environment.put("SIDECAR_HTTP_PORT", String.valueOf(port));
    environment.put("SIDECAR_HTTP_TLS_CERTIFICATE", certificate.toString());
    environment.put("SIDECAR_HTTP_TLS_KEY", key.toString());
    assertTrue(rollcall("status").out(0).contains("2 of 2 up"));
    var _ = rollcall("drain", "s1").out(0);
    environment.remove("SIDECAR_HTTP_TLS_CERTIFICATE");
    environment.remove("SIDECAR_HTTP_TLS_KEY");
    String other = rollcall("status", "--url", "https://127.0.0.1:" + port).err(3);
    assertTrue(other.contains("unreachable"), other);
    encrypted.close().await();
  }

  @Test
  void usesTheTokenOfAnOperator() {
    environment.remove("SIDECAR_HTTP_TOKEN");
    assertTrue(rollcall("drain", "s1").err(1).contains("(status 401)"));
    environment.put("SIDECAR_HTTP_TOKENS_0_NAME", "reader");
    environment.put("SIDECAR_HTTP_TOKENS_0_ROLE", "viewer");
    environment.put("SIDECAR_HTTP_TOKENS_0_TOKEN", "reading-only");
    environment.put("SIDECAR_HTTP_TOKENS_1_NAME", "alice");
    environment.put("SIDECAR_HTTP_TOKENS_1_ROLE", "operator");
    environment.put("SIDECAR_HTTP_TOKENS_1_TOKEN", TestClient.TOKEN);
    var _ = rollcall("drain", "s1").out(0);
  }
}
