package io.rollcall.haproxy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.haproxy.RuntimeFailure.NeverSent;
import io.rollcall.haproxy.RuntimeFailure.OutcomeUnknown;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealHaproxy;
import io.vertx.core.Future;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installed HAProxy missing, killed, frozen, restarted and reloaded. */
@Tag("image")
final class RuntimeOutageIT {
  private static final Step READY = new Step.ToReady(new SlotId("nodes", "slot1"));

  @TempDir Path directory;
  private final EventLoop loop = new EventLoop();
  private final RecordedConnections recorded = new RecordedConnections();
  private RealHaproxy haproxy;
  private RuntimeApi api;

  @BeforeEach
  void prepare() {
    haproxy = RealHaproxy.in(directory, 3);
    api = loop.call(() -> new RuntimeApi(loop.vertx(), haproxy.socket(), recorded));
  }

  @AfterEach
  void end() {
    haproxy.close();
    loop.close();
  }

  @Test
  void reportsAMissingSocketAndConnectsOnceItExists() {
    var failure = loop.failure(this::reading);

    assertInstanceOf(NeverSent.class, failure);
    assertEquals(
        line(
            "no such file (expected HAProxy's \"stats socket\": check haproxy.socket, and whether HAProxy is running)"),
        failure.getMessage());
    assertEquals(List.of(failure.getMessage()), recorded.losses());
    haproxy.start();
    await().until(() -> recorded.connections().size() == 1);
    assertEquals(Set.of("nodes"), read().pools().keySet());
    // while HAProxy starts it may refuse for a moment, which is another reason
    assertEquals(
        1, Collections.frequency(recorded.losses(), failure.getMessage()), "reported once");
  }

  @Test
  void reportsThatThePathIsNotASocket() throws Exception {
    Files.writeString(Path.of(haproxy.socket()), "");

    assertEquals(
        line("not a socket (expected HAProxy's \"stats socket\": check haproxy.socket)"),
        loop.failure(this::reading).getMessage());
  }

  @Test
  void reportsThatTheConnectionIsRefused() throws Exception {
    try (var deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      deaf.bind(UnixDomainSocketAddress.of(haproxy.socket()));
    }

    assertEquals(
        line("connection refused (HAProxy is not running)"),
        loop.failure(this::reading).getMessage());
  }

  @Test
  void reportsTheSocketOfTheMaster() {
    haproxy.startMaster();
    var master = loop.call(() -> new RuntimeApi(loop.vertx(), haproxy.masterSocket(), recorded));

    assertEquals(
        "admin socket "
            + haproxy.masterSocket()
            + ": this is the socket of the master process (-S); set haproxy.socket to the path of"
            + " \"stats socket\" in haproxy.cfg",
        loop.failure(() -> master.read(List.of("nodes"))).getMessage());
    loop.get(master::close);
  }

  @Test
  void distinguishesAnUnknownOutcomeFromACommandThatWasNotSent() {
    haproxy.start();
    var info = read().info();
    haproxy.freeze();
    var sent = new ArrayList<Future<?>>();
    loop.get(() -> {
      sent.add(api.apply(Collections.nCopies(RuntimeConnection.PIPELINE + 9, READY), info));
      sent.add(api.apply(List.of(READY), info));
      return Future.succeededFuture();
    });
    haproxy.kill();

    assertInstanceOf(OutcomeUnknown.class, loop.failure(() -> sent.getFirst()));
    assertInstanceOf(NeverSent.class, loop.failure(() -> sent.getLast()));
    assertTrue(recorded.losses().getFirst().startsWith(line("")), recorded.losses().toString());
    assertInstanceOf(NeverSent.class, loop.failure(() -> api.apply(List.of(READY), info)));
  }

  @Test
  void reconnectsAfterARestart() {
    haproxy.start();
    int before = read().info().pid();
    haproxy.restart();

    await().until(() -> recorded.connections().size() == 2);

    assertNotEquals(before, recorded.connections().getLast().pid());
    assertEquals(recorded.connections().getLast().pid(), read().info().pid());
  }

  @Test
  void reconnectsWhenAReadShowsThatTheProcessIsStopping() {
    haproxy.start();
    int before = read().info().pid();
    haproxy.reload();

    assertEquals(
        "HAProxy process " + before + " is stopping", loop.failure(this::reading).getMessage());

    await().until(() -> recorded.connections().size() == 2);
    assertEquals(haproxy.pid(), read().info().pid());
  }

  @Test
  void reconnectsWhenAStoppingProcessRefusesAChange() {
    haproxy.start();
    var info = read().info();
    int before = info.pid();
    haproxy.reload();

    var replies = loop.get(() -> api.apply(List.of(READY), info));

    assertEquals(
        List.of(
            new StepResult.Refused(
                "HAProxy refused 'set server nodes/slot1 state ready': Proxy is disabled.")),
        replies);
    await().until(() -> recorded.connections().size() == 2);
    assertEquals(line("HAProxy process " + before + " is stopping"), recorded.losses().getFirst());
    assertEquals(haproxy.pid(), read().info().pid());
  }

  @Test
  void reconnectsAfterAReloadByTheMaster() {
    haproxy.startMaster();
    int before = read().info().pid();
    haproxy.reloadByMaster();

    await().until(() -> loop.start(this::reading).otherwiseEmpty().await() != null);

    assertNotEquals(before, read().info().pid());
    assertEquals(haproxy.pid(), read().info().pid());
  }

  @Test
  void reportsNothingOnceClosed() {
    haproxy.start();
    assertEquals(Set.of("nodes"), read().pools().keySet());
    loop.get(api::close);
    haproxy.kill();

    assertEquals("closed", loop.failure(this::reading).getMessage());
    assertTrue(recorded.losses().isEmpty(), recorded.losses().toString());
  }

  private Future<Snapshot> reading() {
    return api.read(List.of("nodes"));
  }

  private Snapshot read() {
    return loop.get(this::reading);
  }

  private String line(String reason) {
    return "admin socket " + haproxy.socket() + ": " + reason;
  }
}
