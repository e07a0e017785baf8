package io.rollcall.haproxy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.store.AtomicFile;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealHaproxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the installed HAProxy reads from the state file at its start. */
@Tag("image")
final class StateFileIT {
  private static final Set<SlotId> SLOTS =
      IntStream.rangeClosed(1, 6).mapToObj(StateFileIT::slot).collect(Collectors.toSet());

  @TempDir Path directory;
  private final EventLoop loop = new EventLoop();
  private final RecordedConnections recorded = new RecordedConnections();
  private final AppServer app = new AppServer("app");
  private RealHaproxy haproxy;
  private RuntimeApi api;
  private AtomicFile file;

  @BeforeEach
  void start() {
    haproxy = RealHaproxy.in(directory, 6).start();
    api = loop.call(() -> new RuntimeApi(loop.vertx(), haproxy.socket(), recorded));
    file = AtomicFile.at(loop.vertx(), haproxy.stateFile());
  }

  @AfterEach
  void end() {
    haproxy.close();
    app.close();
    loop.close();
  }

  @Test
  void restoresServingAndDrainingSlotsButNotJoiningOnes() {
    apply(new Step.SetAddress(slot(1), at(app.port())), new Step.ToReady(slot(1)));
    apply(new Step.SetWeight(slot(1), 30));
    apply(new Step.SetAddress(slot(2), at(app.port())), new Step.ToReady(slot(2)));
    apply(new Step.ToDrain(slot(2)));
    apply(new Step.SetAddress(slot(3), at(9)), new Step.Join(slot(3)));
    apply(new Step.SetAddress(slot(4), at(app.port())));
    await().until(() -> pool().getFirst().check().equals("L7OK"));

    write(loop.get(file::read));
    haproxy.restart();
    await().until(() -> recorded.connections().size() == 2);

    var back = pool();
    var serving = back.getFirst();
    assertTrue(serving.serving());
    assertEquals(at(app.port()), serving.endpoint());
    assertEquals(30, serving.weight());
    assertEquals(at(app.port()), back.get(1).endpoint());
    assertEquals(Slot.Admin.DRAIN, back.get(1).admin());
    assertEquals(at(9), back.get(2).endpoint());
    assertEquals(Slot.Admin.MAINT, back.get(2).admin());
    assertFalse(back.get(2).running());
    assertEquals(at(app.port()), back.get(3).endpoint());
    assertEquals(Slot.Admin.MAINT, back.get(3).admin());
    assertEquals(Slot.Admin.MAINT, back.get(4).admin());
    assertFalse(haproxy.log().contains("corrupted"), haproxy.log());
  }

  @Test
  void startsWithTheLastServingSetAfterEverySlotFailed() {
    apply(new Step.SetAddress(slot(1), at(app.port())), new Step.ToReady(slot(1)));
    write("");
    var written = loop.get(file::read);
    app.healthy(false);
    await().until(() -> !pool().getFirst().running());

    write(written);
    app.healthy(true);
    haproxy.restart();
    await().until(() -> recorded.connections().size() == 2);

    assertTrue(pool().getFirst().serving());
  }

  /** What is edited in haproxy.cfg is in effect after a restart, whatever the file says. */
  @Test
  void leavesToTheConfigurationWhatItSays() {
    apply(new Step.SetAddress(slot(1), at(app.port())), new Step.ToReady(slot(1)));
    apply(new Step.SetAddress(slot(2), at(app.port())), new Step.SetWeight(slot(2), 30));
    haproxy.cli("set server elsewhere/far state maint");
    await().until(() -> pool().getFirst().check().equals("L7OK"));
    write("");
    haproxy.kill();
    haproxy
        .edit("weight 100", "weight 20 maxconn 5 ssl verify none port 9 agent-check agent-port 10")
        .edit("server far 127.0.0.1:9", "server far 127.0.0.1:11")
        .start();
    await().until(() -> recorded.connections().size() == 2);

    String servers = haproxy.cli("show servers state");
    assertTrue(servers.contains("slot1 127.0.0.1 "), servers);
    assertTrue(servers.contains(" slot.invalid %d - 1 9 - - 10".formatted(app.port())), servers);
    assertTrue(servers.contains("far 127.0.0.1 2 0 "), servers);
    assertTrue(servers.contains(" - 11 - 0 0"), servers);
    assertEquals(20, pool().getFirst().weight());
    assertEquals(5, Objects.requireNonNull(pool().getFirst().load()).maxconn());
    assertFalse(haproxy.log().contains("corrupted"), haproxy.log());
  }

  @Test
  void isUnchangedWhileOnlyTimePasses() {
    apply(new Step.SetAddress(slot(1), at(app.port())), new Step.ToReady(slot(1)));
    await().until(() -> pool().getFirst().check().equals("L7OK"));
    var first = ServerStateFile.next("", loop.get(api::dump), SLOTS);

    await().until(() -> !ServerStateFile.next("", loop.get(api::dump), SLOTS).equals(first));
    assertTrue(ServerStateFile.same(first, ServerStateFile.next("", loop.get(api::dump), SLOTS)));
    apply(new Step.SetWeight(slot(1), 3));
    assertFalse(ServerStateFile.same(first, ServerStateFile.next("", loop.get(api::dump), SLOTS)));
  }

  @Test
  void leavesNoOtherFile() throws Exception {
    write("");

    try (var files = Files.list(directory)) {
      assertEquals(0, files.filter(path -> path.toString().endsWith(".new")).count());
    }
    var next = ServerStateFile.next("", loop.get(api::dump), SLOTS);
    assertTrue(ServerStateFile.same(Files.readString(haproxy.stateFile()), next), next);
  }

  private void write(String previous) {
    var text = ServerStateFile.next(previous, loop.get(api::dump), SLOTS);
    loop.get(() -> file.write(text));
  }

  private void apply(Step... steps) {
    var info = loop.get(() -> api.read(List.of())).info();
    var replies = loop.get(() -> api.apply(List.of(steps), info));
    assertTrue(replies.stream().allMatch(new StepResult.Done()::equals), replies.toString());
  }

  private List<Slot> pool() {
    return Objects.requireNonNull(loop.get(() -> api.read(List.of("nodes"))).pools().get("nodes"));
  }

  private static Endpoint at(int port) {
    return Endpoint.of("127.0.0.1", port);
  }

  private static SlotId slot(int number) {
    return new SlotId("nodes", "slot" + number);
  }
}
