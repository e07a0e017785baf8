package io.rollcall.haproxy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.haproxy.RuntimeFailure.NeverSent;
import io.rollcall.haproxy.RuntimeFailure.OutcomeUnknown;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import io.rollcall.testing.EventLoop;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults and versions that the installed HAProxy cannot show. */
final class RuntimeFaultsIT {
  private static final SlotId SLOT = new SlotId("nodes", "slot1");
  private static final Step READY = new Step.ToReady(SLOT);
  private static final Duration SHORT = Duration.ofMillis(100);

  @TempDir Path directory;
  private final EventLoop loop = new EventLoop();
  private final RecordedConnections recorded = new RecordedConnections();

  @AfterEach
  void end() {
    loop.close();
  }

  @Test
  void readsRepliesThatArriveByteByByte() {
    var fake =
        fake("3.0.11", (peer, _) -> ScriptedHaproxy.send(peer, "1\n# be_name srv_name\n\n> "));

    assertEquals("1\n# be_name srv_name", loop.get(connect(fake)::dump));
  }

  @Test
  void acceptsTheRepliesOf3x() {
    var fake =
        fake(
            "3.0.11",
            (peer, line) ->
                ScriptedHaproxy.send(
                    peer, line.contains(" addr ") ? "nothing changed\n\n> " : "\n> \n> \n> "));
    var api = connect(fake);

    assertDone(api, "3.0.11", new Step.SetAddress(SLOT, Endpoint.of("127.0.0.1", 9)));
    assertDone(api, "3.0.11", new Step.Join(SLOT));
  }

  @Test
  void expectsOnePromptPerLineFrom32On() {
    var fake = fake("3.2.1", (peer, _) -> ScriptedHaproxy.send(peer, "\n> "));
    var api = connect(fake);

    assertDone(api, "3.2.1", new Step.Join(SLOT), READY);
    assertEquals(
        "set server nodes/slot1 state drain;set server nodes/slot1 health down;"
            + "set server nodes/slot1 state ready",
        fake.lines().getFirst());
  }

  @Test
  void closesAConnectionThatStalls() {
    var fake = fake("2.6.12", (peer, _) -> ScriptedHaproxy.send(peer, "half a rep"));
    var api = connect(fake);

    var failure = loop.failure(() -> api.apply(List.of(READY), info("2.6.12")));

    assertInstanceOf(OutcomeUnknown.class, failure);
    assertEquals(
        "outcome of 'set server nodes/slot1 state ready' is unknown: timed out after 100 ms",
        failure.getMessage());
    await().until(() -> recorded.connections().size() == 2);
  }

  @Test
  void neverParsesHalfAReply() {
    var fake =
        fake(
            "2.6.12",
            (peer, _) -> {
              ScriptedHaproxy.send(peer, "1\n# be_name srv_name\nno");
              var _ = peer.end();
            });
    var api = connect(fake);

    assertInstanceOf(OutcomeUnknown.class, loop.failure(api::dump));
  }

  @Test
  void treatsAnUnknownReplyAsARefusal() {
    var fake = fake("4.0.0", (peer, _) -> ScriptedHaproxy.send(peer, "gladly, but later\n\n> "));
    var api = connect(fake);

    assertEquals(
        List.of(
            new StepResult.Refused(
                "HAProxy refused 'set server nodes/slot1 state ready': gladly, but later")),
        loop.get(() -> api.apply(List.of(READY), info("4.0.0"))));
    assertEquals(List.of(), recorded.losses());
  }

  @Test
  void closesAConnectionWithOnePromptTooMany() {
    var fake =
        fake("4.0.0", (peer, _) -> ScriptedHaproxy.send(peer, "gladly, but later\n\n> \n> "));
    var api = connect(fake);

    assertInstanceOf(
        StepResult.Refused.class,
        loop.get(() -> api.apply(List.of(READY), info("4.0.0"))).getFirst());
    await().until(() -> recorded.connections().size() == 2);
  }

  @Test
  void reconnectsAfterAReplyThatItCannotRead() {
    var fake = fake("4.0.0", (peer, _) -> ScriptedHaproxy.send(peer, "2\n# new\n\n> "));
    var api = connect(fake);

    assertInstanceOf(Unreadable.class, loop.failure(() -> api.read(List.of("nodes"))));
    await().until(() -> recorded.connections().size() == 2);
  }

  @Test
  void closesAConnectionWithUnrequestedData() {
    var fake = fake("2.6.12", (peer, _) -> ScriptedHaproxy.send(peer, "1\n\n> surprise\n\n> "));
    var api = connect(fake);

    assertEquals("1", loop.get(api::dump));
    await().until(() -> recorded.connections().size() == 2);
    assertTrue(recorded.losses().getFirst().endsWith("unexpected data: a reply to no command"));
  }

  @Test
  void closesAConnectionWithAReplyWithoutEnd() {
    String much = "x".repeat(ReplyFramer.MAX_REPLY_BYTES + 1);
    var fake =
        fake(
            "2.6.12",
            (peer, _) -> {
              var _ = peer.write(much);
            });

    var api = loop.call(() -> new RuntimeApi(loop.vertx(), fake.socket(), recorded));

    assertInstanceOf(OutcomeUnknown.class, loop.failure(api::dump));
    assertTrue(recorded.losses().getFirst().contains("larger than"), recorded.losses().toString());
  }

  @Test
  void closesAConnectionToAnotherProgram() {
    var path = directory.resolve("smtp.sock").toString();
    loop.get(() ->
        loop.vertx()
            .createNetServer()
            .connectHandler(peer -> ScriptedHaproxy.send(peer, "220 mail ready\n> "))
            .listen(SocketAddress.domainSocketAddress(path)));

    var failure = loop.failure(connect(path)::dump);

    assertInstanceOf(NeverSent.class, failure);
    assertTrue(
        String.valueOf(failure.getMessage()).startsWith("admin socket " + path),
        failure.getMessage());
  }

  private ScriptedHaproxy fake(String version, BiConsumer<NetSocket, String> answer) {
    return new ScriptedHaproxy(loop, directory, version, answer);
  }

  private RuntimeApi connect(ScriptedHaproxy fake) {
    return connect(fake.socket());
  }

  private RuntimeApi connect(String path) {
    return loop.call(() -> new RuntimeApi(loop.vertx(), path, SHORT, recorded));
  }

  private void assertDone(RuntimeApi api, String version, Step... steps) {
    assertEquals(
        java.util.Collections.nCopies(steps.length, new StepResult.Done()),
        loop.get(() -> api.apply(List.of(steps), info(version))));
    assertEquals(1, recorded.connections().size());
  }

  private static HaproxyInfo info(String version) {
    return new HaproxyInfo(version, 7, 1, false, 0, 0);
  }
}
