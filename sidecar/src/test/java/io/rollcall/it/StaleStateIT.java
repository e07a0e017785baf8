package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.ConcurrentTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * HAProxy and sidecar restarted together over a state file that does not tell the truth: s1 serves
 * in slot1, s2 in slot2, and a stranger's application answers elsewhere.
 */
@Tag("image")
class StaleStateIT {
  private static final List<String> BOTH = List.of("s1 slot1 serving", "s2 slot2 serving");

  @TempDir Path folder;
  private Balancer balancer;
  private AppServer one;
  private AppServer two;
  private AppServer stranger;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.suspectTimeout(Duration.ofSeconds(1));
    balancer.startAll();
    one = balancer.app("s1");
    two = balancer.app("s2");
    stranger = balancer.app("stranger");
    balancer.backend("s1", one);
    balancer.awaitRows("s1 slot1 serving");
    balancer.backend("s2", two);
    balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
    await().until(() -> state().contains(" " + two.port() + " "));
    balancer.stop();
    balancer.haproxy.kill();
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  private String state() throws IOException {
    return Files.readString(balancer.haproxy.stateFile());
  }

  /** Starts both over this state file. */
  private void over(String stateFile) throws Exception {
    Files.writeString(balancer.haproxy.stateFile(), stateFile);
    var _ = balancer.haproxy.start();
    balancer.start();
  }

  private void emptyStateDir() throws IOException {
    Files.delete(balancer.stateDir().resolve("memory.json"));
  }

  private void converges(List<String> rows) {
    await().atMost(Duration.ofSeconds(10)).until(balancer::rows, rows::equals);
    await().until(balancer::state, "in-sync"::equals);
    assertEquals(Map.of(one.port(), 1, two.port(), 1), rotation());
  }

  /** How many slots in rotation have each port. */
  private Map<Integer, Integer> rotation() {
    var ports = new TreeMap<Integer, Integer>();
    balancer
        .haproxy
        .cli("show servers state nodes")
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(row -> row.length > 18 && row[3].startsWith("slot"))
        .filter(row -> (Integer.parseInt(row[6]) & 0x3B) == 0)
        .forEach(row -> ports.merge(Integer.parseInt(row[18]), 1, Integer::sum));
    return ports;
  }

  private String swapped(AppServer here, AppServer there) throws IOException {
    return state()
        .replace(" " + here.port() + " ", " # ")
        .replace(" " + there.port() + " ", " " + here.port() + " ")
        .replace(" # ", " " + there.port() + " ");
  }

  @ConcurrentTest
  void convergesOverATruncatedOne() throws Exception {
    over(state().substring(0, state().length() - 40));
    converges(BOTH);
  }

  @ConcurrentTest
  void convergesOverATruncatedOneWithoutAnyMemory() throws Exception {
    emptyStateDir();
    over(state().substring(0, state().length() - 40));
    await().atMost(Duration.ofSeconds(10)).until(() -> balancer.rows().size() == 2);
    await().until(balancer::state, "in-sync"::equals);
    assertEquals(Map.of(one.port(), 1, two.port(), 1), rotation());
  }

  @ConcurrentTest
  void putsAStrangersAddressRight() throws Exception {
    over(swapped(two, stranger));
    converges(BOTH);
  }

  /** Nothing says that the member behind it is gone, until its check fails. */
  @ConcurrentTest
  void keepsAStrangerThatItFindsWithoutAnyMemoryWhileItsCheckPasses() throws Exception {
    emptyStateDir();
    over(swapped(two, stranger));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(this::rotation, Map.of(one.port(), 1, two.port(), 1, stranger.port(), 1)::equals);
    await().until(balancer::state, "in-sync"::equals);
    stranger.close();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(this::rotation, Map.of(one.port(), 1, two.port(), 1)::equals);
  }

  @ConcurrentTest
  void putsSwappedSlotsRight() throws Exception {
    over(swapped(one, two));
    converges(BOTH);
  }

  @ConcurrentTest
  void leavesSwappedSlotsAloneWithoutAnyMemory() throws Exception {
    emptyStateDir();
    over(swapped(one, two));
    converges(List.of("s2 slot1 serving", "s1 slot2 serving"));
  }

  @ConcurrentTest
  void putsMembersThatCameBackInOtherSlotsWhereTheyWere() throws Exception {
    over(state().replace(" slot1 ", " slot4 ").replace(" slot2 ", " slot3 "));
    converges(BOTH);
  }

  @ConcurrentTest
  void takesAMemberOnceThatIsInTwoSlotsAndHasNoMemory() throws Exception {
    emptyStateDir();
    over(state().replace(" " + two.port() + " ", " " + one.port() + " "));
    converges(List.of("s1 slot1 serving", "s2 slot2 serving"));
  }

  @ConcurrentTest
  void convergesWithoutAnyMemoryOrState() throws Exception {
    emptyStateDir();
    over("1\n");
    await().atMost(Duration.ofSeconds(10)).until(() -> balancer.rows().size() == 2);
    await().until(balancer::state, "in-sync"::equals);
    assertEquals(Map.of(one.port(), 1, two.port(), 1), rotation());
  }
}
