package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.testing.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six members for four slots, with {@code growTo: 6}: HAProxy 3.0 grows, an older one does not. */
@Tag("image")
class GrowthIT {
  private static final Duration NOTICED = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Balancer balancer;
  private boolean grows;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.growTo(6);
    balancer.withoutPipe(); // the agent has no handlers that write to it
    balancer.startAll();
    String version =
        await().until(() -> balancer.status().at("/haproxy/version"), JsonNode::isTextual).asText();
    grows = new HaproxyInfo(version, 1, 0, false, 0, 0).atLeast(3, 0);
    for (int i = 1; i <= 6; i++) {
      balancer.backend("s" + i, balancer.app("s" + i));
      awaitRows(rows(grows ? i : Math.min(i, 4), i));
    }
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  /** So many of so many serve, the others wait. */
  private static List<String> rows(int serve, int all) {
    Stream<String> serving =
        IntStream.rangeClosed(1, serve).mapToObj(i -> "s%1$d slot%1$d serving".formatted(i));
    Stream<String> waiting =
        IntStream.rangeClosed(serve + 1, all).mapToObj(i -> "s%d null waiting".formatted(i));
    return Stream.concat(serving, waiting).toList();
  }

  private void awaitRows(List<String> rows) {
    await().atMost(NOTICED).until(balancer::rows, rows::equals);
  }

  @Test
  void growsForWhoFindsNoFreeSlot() throws Exception {
    if (!grows) {
      assertEquals(
          "no free slot: all 4 are in use; adding slots requires HAProxy 3.0",
          balancer.row("s6").get("why").asText());
      return;
    }
    TestClient jar = TestClient.withCookies();
    while (!balancer.through(jar).equals("s6")) {
      jar = TestClient.withCookies();
    }
    for (int i = 0; i < 12; i++) {
      assertEquals("s6", balancer.through(jar), "a grown server has a sticky cookie too");
    }
    balancer.haproxy.restart();
    await().atMost(NOTICED).until(balancer::state, "in-sync"::equals);
    awaitRows(rows(6, 6));
    for (int i = 0; i < 12; i++) {
      assertEquals("s6", balancer.through(jar), "it is the same after a restart of HAProxy");
    }
  }

  @Test
  void removesAnAddedSlotThatNobodyHas() throws Exception {
    if (!grows) {
      assertFalse(servers().contains("slot5"), "2.6 corrupts a backend that grows");
      return;
    }
    String added = balancer.haproxy.cli("add server nodes/slot7 192.0.2.1:1 id 1000007 check");
    assertEquals("New server registered.", added);
    await().atMost(NOTICED).until(() -> !servers().contains("slot7"));
    awaitRows(rows(6, 6));
    assertEquals("in-sync", balancer.state());
  }

  private String servers() {
    return balancer.haproxy.cli("show servers state nodes");
  }
}
