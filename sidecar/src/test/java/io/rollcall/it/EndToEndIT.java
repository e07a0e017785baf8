package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.Browser;
import io.rollcall.testing.Lab;
import io.rollcall.testing.Load;
import io.rollcall.testing.RealPrometheus;
import io.rollcall.testing.TestClient;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job as a user runs it: {@code ./run.sh} and its commands, on what is installed here. */
class EndToEndIT {
  private static final TestClient ANYONE = new TestClient(0);
  private static final Duration BACK = Duration.ofSeconds(5);

  /** How long after the end of a connection HAProxy's threads have read that, on a busy machine. */
  private static final Duration NOTICES = Duration.ofMillis(100);

  private static final Map<String, String> BOTH =
      Map.of("s1", "slot1 serving", "s2", "slot2 serving");

  @TempDir Path folder;
  private Lab lab;

  @BeforeEach
  void start() {
    lab = new Lab(folder);
    String printed = lab.run("--detach");
    assertTrue(printed.contains("action token"), printed);
    await().until(lab::members, BOTH::equals);
    await().atMost(BACK).until(lab::state, "in-sync"::equals);
  }

  @AfterEach
  void end() {
    lab.run("down");
    for (String node : List.of("ha", "s1", "s2", "s3")) {
      for (String program : List.of("haproxy", "serf", "java", "node", "s6-supervise")) {
        assertEquals(List.of(), lab.pids(node, program), "left behind");
      }
    }
  }

  @Test
  void sticksWithACookieJarAndSpreadsWithout() throws Exception {
    var jar = TestClient.withCookies();
    var tags = new TreeSet<String>();
    for (int views = 1; views <= 10; views++) {
      JsonNode answer = get(jar);
      assertEquals(views, answer.get("sessionViews").asInt());
      tags.add(answer.get("tag").asText());
    }
    assertEquals(1, tags.size(), "one session, one backend");
    var without = new TreeSet<String>();
    for (int i = 0; i < 10; i++) {
      without.add(get(ANYONE).get("tag").asText());
    }
    assertEquals(Set.of("s1", "s2"), without);
  }

  @Test
  void showsANewBackendOnAPageThatIsOpen() {
    try (var browser = new Browser()) {
      browser.open("http://127.0.0.1:" + lab.port("SIDECAR_HTTP_PORT") + "/");
      var _ = browser.run("window.opened = 'once'");
      assertFalse(browser.text().contains("s3"), browser::text);
      lab.run("add", "s3");
      await()
          .until(() ->
              Boolean.TRUE.equals(
                  browser.run(
                      "return [...document.querySelectorAll('tbody tr')].some(row =>"
                          + " row.innerText.startsWith('s3') && row.innerText.includes('serving'))")));
      assertEquals("once", browser.run("return window.opened"));
    }
  }

  @Test
  void takesANewBackendInWithin3sAndNeverReloads() throws Exception {
    JsonNode before = lab.status().get("haproxy");
    lab.run("add", "s3"); // returns when its application answers
    await().atMost(Duration.ofSeconds(3)).until(() -> get(ANYONE).get("tag").asText().equals("s3"));
    assertEquals("slot3 serving", lab.members().get("s3"));
    JsonNode after = lab.status().get("haproxy");
    assertEquals(before.get("pid"), after.get("pid"));
    assertEquals(0, after.get("restartsSeen").asInt());
    assertTrue(after.get("uptimeSeconds").asLong() >= before.get("uptimeSeconds").asLong());
  }

  @Test
  void runsEachServiceAsAUserOfItsOwnIfRootStartsIt() throws Exception {
    var programs = Map.of("haproxy", "ha", "serf", "ha", "java", "ha", "node", "s1");
    Set<Object> users = new HashSet<>();
    for (var program : programs.entrySet()) {
      for (long pid : lab.pids(program.getValue(), program.getKey())) {
        users.add(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid"));
      }
    }
    Object own = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (own.equals(0)) {
      assertEquals(4, users.size(), users.toString());
      assertFalse(users.contains(0), users.toString());
    } else {
      assertEquals(Set.of(own), users);
    }
  }

  @Test
  void losesNoRequestWhenABackendStopsAndNoGetWhenOneIsKilled() throws Exception {
    lab.run("add", "s3");
    await().until(lab::members, members -> "slot3 serving".equals(members.get("s3")));
    try (var load = new Load(lab.port("HTTP_PORT"), 200, 5);
        var prometheus =
            new RealPrometheus(folder.resolve("prometheus"), lab.port("SIDECAR_HTTP_PORT"))) {
      await().until(() -> load.answered() > 100);
      assertTrue(lab.run("stop", "s1").contains("s1 has left"));
      long left = load.answered();
      await().until(() -> load.answered() > left + 100);
      assertEquals("slot1 parked", lab.members().get("s1"));

      long began = System.nanoTime();
      lab.run("kill", "s2");
      long noticed = System.nanoTime() + NOTICES.toNanos();
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> lab.members().get("s2").endsWith("failed"));
      List<Load.Outcome> outcomes = load.end();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> prometheus.firing().contains("RollcallMemberDied s2"));
      assertFalse(prometheus.firing().toString().contains("s1"), "it left as planned");

      assertEquals(Map.of(), Load.failures(outcomes, HttpMethod.GET), "of " + outcomes.size());
      // a POST is never sent twice: only those under way while s2 died may fail, and those that
      // HAProxy gave to a kept connection whose end it had not read yet
      var lost = outcomes.stream().filter(o -> !o.ok()).toList();
      assertTrue(
          lost.stream().allMatch(o -> o.sentNanos() < noticed && o.endNanos() > began),
          () ->
              "failed although s2 was not dying, in ms from its kill: "
                  + lost.stream().map(o -> (o.sentNanos() - began) / 1_000_000 + " " + o).toList());
    }
  }

  @Test
  void answersAGetOfABackendThatHangsByAnother() throws Exception {
    var visitor = TestClient.withCookies().at(lab.port("HTTP_PORT"));
    String one = visitor.get("/").body();
    String name = one.contains("127.0.0.11") ? "s1" : "s2";
    lab.signal("STOP", name, "node");
    long sent = System.nanoTime();
    var answer = visitor.get("/");
    var took = Duration.ofNanos(System.nanoTime() - sent);
    lab.signal("CONT", name, "node");
    assertEquals(200, answer.statusCode());
    assertTrue(took.compareTo(Duration.ofSeconds(8)) < 0, took.toString());
    assertTrue(took.compareTo(Duration.ofSeconds(1)) > 0, "it was sent to the one that hangs");
  }

  @Test
  void isInSyncAgainWithEverybodyInPlaceAfterAnyProcessIsKilled() throws Exception {
    for (String program : List.of("java", "serf", "haproxy")) {
      List<Long> before = lab.pids("ha", program);
      lab.kill("ha", program);
      await()
          .atMost(BACK)
          .pollInterval(Duration.ofMillis(20))
          .until(() ->
              lab.state().equals("in-sync")
                  && lab.members().equals(BOTH)
                  && !lab.pids("ha", program).equals(before)
                  && lab.status().at("/serf/reachable").asBoolean()
                  && lab.status().at("/haproxy/reachable").asBoolean());
      assertEquals(200, ANYONE.at(lab.port("HTTP_PORT")).get("/").statusCode(), program);
      assertEquals(0, lab.status().at("/pools/0/drift/found").asInt(), program);
    }
  }

  @Test
  void givesARestartedBackendItsSlotBack() {
    lab.run("kill", "s2");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(lab::members, m -> List.of("slot2 down", "slot2 parked").contains(m.get("s2")));
    lab.run("restart", "s2");
    lab.awaitMembers(Duration.ofSeconds(10), BOTH);
  }

  @Test
  void refusesATakenPortAndAWrongNameInOneLine() {
    Lab.Result second = new Lab(folder.resolve("second")).tryRun("add", "s3");
    assertEquals(1, second.status());
    assertEquals(1, second.printed().lines().count(), second.printed());
    Lab.Result wrong = lab.tryRun("add", "x; rm -rf /");
    assertEquals(1, wrong.status());
    assertEquals(1, wrong.printed().lines().count(), wrong.printed());
    Lab.Result again = lab.tryRun("add", "s1");
    assertEquals("run.sh: s1 is already running\n", again.printed());
  }

  private JsonNode get(TestClient client) throws IOException {
    return client.at(lab.port("HTTP_PORT")).json("/");
  }
}
