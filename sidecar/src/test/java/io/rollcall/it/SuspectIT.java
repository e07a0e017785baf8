package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.ConcurrentTest;
import io.rollcall.testing.Load;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents die, applications live. Two agents that are no backends confirm each suspicion: that makes
 * gossip sure within about 6 s instead of 20 s.
 */
@Tag("image")
class SuspectIT {
  private static final Duration DETECTED = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Balancer balancer;
  private Load load;
  private final Map<String, RealSerf> agents = new HashMap<>();
  private final Map<String, TestClient> sessions = new HashMap<>();

  @BeforeEach
  void make() {
    balancer = new Balancer(folder);
  }

  @AfterEach
  void end() {
    load.close();
    balancer.close();
  }

  private void serve(Duration suspectTimeout, String... names) throws Exception {
    balancer.suspectTimeout(suspectTimeout);
    balancer.withoutPipe(); // no handler writes it, which would be said as a reason after 10 s
    balancer.startAll();
    for (String name : List.of("bystander1", "bystander2")) {
      balancer.keep(RealSerf.named(name).join(balancer.agent()).start());
    }
    var rows = new ArrayList<String>();
    for (String name : names) {
      agents.put(name, balancer.backend(name, balancer.app(name)));
      rows.add(name + " slot" + (rows.size() + 1) + " serving");
      balancer.awaitRows(rows.toArray(String[]::new));
    }
    while (sessions.size() < names.length) {
      var client = TestClient.withCookies();
      sessions.putIfAbsent(balancer.through(client), client);
    }
    load = new Load(balancer.haproxy.httpPort(), 100, 5);
  }

  private void comeBack(String name) {
    agents.put(name, balancer.keep(agents.get(name).startAgain()));
  }

  private void awaitAll(String state) {
    await()
        .atMost(DETECTED)
        .until(() -> balancer.rows().stream().allMatch(row -> row.endsWith(state)));
  }

  private void awaitState(String name, String state) {
    await().atMost(DETECTED).until(() -> balancer.row(name).get("state").asText(), state::equals);
  }

  private void noRequestFailed() {
    var outcomes = load.end();
    assertTrue(outcomes.size() > 100, "a load worth the name");
    assertEquals(Map.of(), Load.failures(outcomes, HttpMethod.GET));
    assertEquals(Map.of(), Load.failures(outcomes, HttpMethod.POST));
  }

  private void nobodyMoved() throws Exception {
    for (var session : sessions.entrySet()) {
      assertEquals(session.getKey(), balancer.through(session.getValue()));
    }
  }

  @ConcurrentTest
  void keepsABackendWhoseAgentDiedWithAllItsSessions() throws Exception {
    serve(Duration.ofSeconds(60), "s1", "s2");
    agents.get("s1").kill();
    awaitState("s1", "suspect");
    assertEquals("failed in gossip", balancer.row("s1").get("why").asText());
    assertEquals("failed", balancer.row("s1").get("gossip").asText());
    nobodyMoved();
    comeBack("s1");
    awaitState("s1", "serving");
    nobodyMoved();
    noRequestFailed();
    assertEquals(List.of("s1 slot1 serving", "s2 slot2 serving"), balancer.rows());
  }

  @ConcurrentTest
  void drainsASuspectAfterItsTimeAndGivesItsSlotBackWhenItReturns() throws Exception {
    serve(Duration.ofSeconds(1), "s1", "s2");
    agents.get("s1").kill();
    awaitState("s1", "failed");
    assertEquals("s2", balancer.through(sessions.get("s1")), "its session goes on elsewhere");
    comeBack("s1");
    awaitState("s1", "serving");
    noRequestFailed();
    assertEquals(List.of("s1 slot1 serving", "s2 slot2 serving"), balancer.rows());
  }

  @ConcurrentTest
  void holdsWhenAllAgentsDieAtOnceUntilTheyAreBack() throws Exception {
    serve(Duration.ofSeconds(1), "s1", "s2", "s3");
    agents.values().forEach(RealSerf::kill);
    awaitHeld(2); // of three, one may go
    assertEquals("holding", balancer.state());
    for (String name : sessions.keySet()) {
      if (balancer.row(name).get("held").asBoolean()) {
        assertEquals(name, balancer.through(sessions.get(name)), "its session stays");
      }
    }
    List.copyOf(agents.keySet()).forEach(this::comeBack);
    awaitAll("serving");
    await().until(balancer::state, "in-sync"::equals);
    noRequestFailed();
  }

  @ConcurrentTest
  void holdsWhenTheyDieOneByOneUntilTheyAreBack() throws Exception {
    serve(Duration.ofSeconds(1), "s1", "s2", "s3");
    agents.get("s1").kill();
    awaitState("s1", "failed");
    agents.get("s2").kill();
    awaitHeld(1);
    agents.get("s3").kill();
    awaitHeld(2);
    assertEquals("holding", balancer.state());
    for (String name : List.of("s2", "s3")) {
      assertEquals(name, balancer.through(sessions.get(name)), "its session stays");
    }
    comeBack("s2");
    awaitState("s2", "serving");
    awaitHeld(1); // s3 is due, and one of three is too few
    comeBack("s3");
    awaitHeld(0);
    assertFalse(balancer.pool("nodes").get("held").asBoolean());
    comeBack("s1");
    awaitAll("serving");
    await().until(balancer::state, "in-sync"::equals);
    noRequestFailed();
  }

  @ConcurrentTest
  void staysSuspectForItsTimeAndNoLonger() throws Exception {
    serve(Duration.ofSeconds(4), "s1", "s2");
    agents.get("s1").kill();
    awaitState("s1", "suspect");
    Instant since = Instant.parse(balancer.row("s1").get("since").asText());
    String served = balancer.through(sessions.get("s1"));
    while (balancer.row("s1").get("state").asText().equals("suspect")) {
      assertEquals("s1", served, "its session, as long as it stays");
      served = balancer.through(sessions.get("s1"));
    }
    Duration stayed = Duration.between(since, Instant.now());
    assertTrue(stayed.toMillis() >= 4_000 && stayed.toMillis() < 6_000, stayed::toString);
    awaitState("s1", "failed");
    noRequestFailed();
  }

  @ConcurrentTest
  void holdsWhenTheyDieOneByOneAndReleasesAllButTheLast() throws Exception {
    serve(Duration.ofSeconds(1), "s1", "s2", "s3");
    agents.get("s1").kill();
    awaitState("s1", "failed");
    agents.get("s2").kill();
    agents.get("s3").kill();
    awaitHeld(2);
    assertEquals("holding", balancer.state());
    assertTrue(balancer.reasons().matches(".*(s2, s3|s3, s2) held.*"), balancer.reasons());
    assertEquals(202, balancer.post("nodes/release-hold").statusCode());
    await().atMost(DETECTED).until(() -> count("failed") == 2);
    awaitHeld(1);
    List.copyOf(agents.keySet()).forEach(this::comeBack);
    awaitAll("serving");
    await().until(balancer::state, "in-sync"::equals);
    noRequestFailed();
  }

  /** It left, so that the others do not look for it, and it knows none of them. */
  @ConcurrentTest
  void asksToJoinTheMembersWhenItsOwnAgentIsAlone() throws Exception {
    serve(Duration.ofSeconds(1), "s1", "s2");
    RealSerf own = balancer.agent();
    own.leave();
    own = balancer.keep(own.startAgain());
    awaitHeld(1);
    JsonNode problem = balancer.problem("removals-held");
    String held = problem.at("/members/0").asText();
    assertEquals(
        held + " held in rotation (not in the member list of this balancer's Serf agent)",
        problem.get("title").asText() + " (" + problem.get("detail").asText() + ")");
    RealSerf its = agents.get(held);
    assertEquals("serf join " + its.ip(), problem.get("command").asText());
    String joined = own.cli("join", its.ip() + ":" + its.gossipPort());
    assertTrue(joined.contains("Successfully joined"), joined);
    awaitAll("serving");
    await().until(balancer::state, "in-sync"::equals);
    noRequestFailed();
  }

  private long count(String state) throws Exception {
    return balancer.rows().stream().filter(row -> row.endsWith(state)).count();
  }

  private void awaitHeld(int expected) {
    await()
        .atMost(DETECTED)
        .until(
            () ->
                balancer.pool("nodes").get("members").findValues("held").stream()
                    .filter(held -> held.asBoolean())
                    .count(),
            Long.valueOf(expected)::equals);
  }
}
