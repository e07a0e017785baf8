package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.HungFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk under {@code state.dir} does not answer, as that of a server in the network may. */
class HungDiskIT {
  @TempDir Path folder;
  private Balancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.startAll();
    balancer.backend("s1", balancer.app("one"));
    balancer.awaitRows("s1 slot1 serving");
    await().until(balancer::state, "in-sync"::equals);
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  @Test
  void goesOnWithMembersAndSlotsAndSaysOfOrdersThatTheyAreNotSaved() throws Exception {
    try (var _ = new HungFile(balancer.stateDir().resolve("memory.json.new"))) {
      var order = CompletableFuture.supplyAsync(() -> post("maint"));
      balancer.awaitRows("s1 slot1 maint");
      balancer.backend("s2", balancer.app("two"));
      balancer.awaitRows("s1 slot1 maint", "s2 slot2 serving");
      String said = order.join();
      assertTrue(
          said.startsWith("503 ") && said.contains("memory.json: timed out after 5 s"), said);
      assertEquals("degraded", balancer.state());
      assertTrue(balancer.reasons().contains("timed out after 5 s"), balancer.reasons());
      long asked = System.nanoTime();
      assertTrue(post("ready").startsWith("503 "));
      assertTrue(System.nanoTime() - asked < 4_000_000_000L, "it is not waited for again");
      balancer.awaitRows("s1 slot1 serving", "s2 slot2 serving");
    }
    await().until(balancer::state, "in-sync"::equals);
    assertTrue(post("maint").startsWith("202 "));
  }

  @Test
  void waitsForItsMemoryAtTheStart() throws Exception {
    assertTrue(post("maint").startsWith("202 "));
    balancer.awaitRows("s1 slot1 maint");
    balancer.stop();
    Path memory = balancer.stateDir().resolve("memory.json");
    Path aside = Files.move(memory, folder.resolve("aside"));
    CompletableFuture<Void> started;
    try (var _ = new HungFile(memory)) {
      started = CompletableFuture.runAsync(this::startAgain);
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(() -> balancer.reasons().contains("can't read " + memory + ": timed out after"));
    }
    Files.move(aside, memory);
    started.join();
    balancer.awaitRows("s1 slot1 maint");
    await().until(balancer::state, "in-sync"::equals);
  }

  private String post(String order) {
    try {
      var answer = balancer.post("nodes/members/s1/" + order);
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startAgain() {
    try {
      balancer.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
