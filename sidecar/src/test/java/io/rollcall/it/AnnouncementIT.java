package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.testing.ConcurrentTest;
import io.rollcall.testing.RealSerf;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What a backend says of itself by user event, as the handler writes it into the pipe. */
@Tag("image")
class AnnouncementIT {
  private static final Duration AT_ONCE = Duration.ofMillis(300);
  private static final Duration UNDONE = Duration.ofSeconds(7);

  @TempDir Path folder;
  private Balancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.startAll();
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  @CanIgnoreReturnValue
  private RealSerf backend(String state) {
    var app = balancer.app("one");
    return balancer.keep(balancer.announced("s1", app).tag("state", state).start());
  }

  private void drain() throws Exception {
    balancer.write("user\trollcall-drain\t7\ts1\\ts1-1\\t9000");
  }

  private void awaitSlot(Duration within, String... states) {
    await()
        .atMost(within)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> balancer.haproxy.status("nodes", "slot1"), List.of(states)::contains);
  }

  private void awaitUndone(String event) {
    await().until(() -> balancer.events("undone"), List.of(event)::equals);
  }

  /** Two that serve: an announcement alone does not take out the last. */
  @CanIgnoreReturnValue
  private RealSerf pair() {
    RealSerf agent = backend("ready");
    balancer.awaitRows("s1 slot1 serving");
    balancer.backend("s2", balancer.app("two"));
    balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
    return agent;
  }

  @ConcurrentTest
  void drainsAtOnceAndTakesItBackWhenTheListDoesNotAgree() throws Exception {
    pair();
    drain();
    awaitSlot(AT_ONCE, "DRAIN", "MAINT");
    await()
        .atMost(AT_ONCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> balancer.row("s1").get("why").asText().contains("announced that it leaves"));
    awaitSlot(UNDONE, "UP");
    balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
    awaitUndone("s1 announced that it leaves; undone, because the member list never confirmed it");
  }

  @ConcurrentTest
  void drainsAtOnceAndStaysOutWhenTheListAgrees() throws Exception {
    RealSerf agent = pair();
    drain();
    awaitSlot(AT_ONCE, "DRAIN", "MAINT");
    agent.cli("tags", "-set", "state=draining");
    balancer.awaitRows("s1 slot1 parked", "s2 slot2 serving");
    await()
        .during(Duration.ofSeconds(6))
        .atMost(Duration.ofSeconds(8))
        .until(balancer::rows, List.of("s1 slot1 parked", "s2 slot2 serving")::equals);
    assertTrue(balancer.events("undone").isEmpty());
  }

  @ConcurrentTest
  void joinsAtOnceAndTakesItBackWhenTheListDoesNotAgree() throws Exception {
    backend("starting");
    await().until(() -> balancer.rows().equals(List.of("s1 null waiting")));
    balancer.write("user\trollcall-ready\t7\ts1\\ts1-1");
    awaitSlot(Duration.ofMillis(600), "UP"); // its check takes up to 200 ms of that
    awaitSlot(UNDONE, "DRAIN", "MAINT");
    assertTrue(balancer.row("s1").get("why").asText().contains("application is starting"));
    awaitUndone(
        "s1 announced that it is ready; undone, because the member list never confirmed it");
  }
}
