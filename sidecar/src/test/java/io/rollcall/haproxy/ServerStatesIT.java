package io.rollcall.haproxy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.ServerStates;
import io.rollcall.core.model.Slot;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealHaproxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives servers of the installed HAProxy through the states that can be reached. */
@Tag("image")
final class ServerStatesIT {
  @TempDir Path directory;
  private final EventLoop loop = new EventLoop();
  private HttpServer application;
  private ServerSocket agent;
  private RealHaproxy haproxy;
  private RuntimeApi api;
  private volatile int code = 200;
  private volatile String word = "up";

  @BeforeEach
  void start() throws IOException {
    application =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one()), 0);
    application.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(code, -1);
          exchange.close();
        });
    application.start();
    agent = new ServerSocket(FreePorts.one(), 50, InetAddress.getLoopbackAddress());
    var _ = Thread.ofVirtual().start(this::answer);
    haproxy = RealHaproxy.in(directory, 1, backend()).start();
    api =
        loop.call(() -> new RuntimeApi(loop.vertx(), haproxy.socket(), new RecordedConnections()));
  }

  @AfterEach
  void end() throws IOException {
    haproxy.close();
    loop.close();
    application.stop(0);
    agent.close();
  }

  @Test
  void areShownAsTheTableSays() {
    reach("s1", "UP", MemberState.SERVING);
    reach("unchecked", "no check", MemberState.SERVING);
    assertEquals("states/s1", server("follower").report().tracks());
    reach("follower", "UP", MemberState.SERVING);

    code = 404;
    reach("s1", "NOLB", MemberState.DRAINING);
    code = 500;
    reach("s1", "DOWN", MemberState.DOWN);
    assertTrue(
        String.valueOf(ServerStates.why(server("s1"))).startsWith("check L7STS 500"),
        ServerStates.why(server("s1")));
    reach("follower", "DOWN", MemberState.DOWN);
    code = 200;
    reach("s1", "UP", MemberState.SERVING);
    reach("slow", "UP", MemberState.SERVING);
    assertEquals(1, server("slow").report().operational()); // starting

    cli("set server states/s1 health stopping");
    cli("disable health states/slow");
    reach("slow", "no check", MemberState.SERVING);
    assertTrue(server("slow").unwatched());
    reach("s1", "UP", MemberState.SERVING);
    cli("set server states/unchecked weight 0");
    reach("unchecked", "no check", MemberState.DRAINING);
    cli("set server states/unchecked state drain");
    reach("unchecked", "DRAIN", MemberState.DRAINING);
    cli("set server states/unchecked state maint");
    reach("unchecked", "MAINT", MemberState.MAINT);
    assertTrue(server("unchecked").report().forced());
    cli("set server states/s1 state maint");
    reach("follower", "MAINT (via states/s1)", MemberState.MAINT);
    assertFalse(server("follower").report().forced());
  }

  @Test
  void thatAnAgentSetsAreShownAsTheTableSays() {
    reach("s1", "UP", MemberState.SERVING);
    assertTrue(server("s1").report().agentActs());
    word = "stopped";
    reach("s1", "DOWN (agent)", MemberState.DOWN);
    assertEquals("L7STS", server("s1").report().agent().status());
    word = "up drain";
    reach("s1", "DRAIN (agent)", MemberState.DRAINING);
    word = "up ready 0%";
    await().until(() -> server("s1").weight() == 0);
    reach("s1", "UP", MemberState.DRAINING);
    word = "maint";
    reach("s1", "MAINT", MemberState.MAINT);
    cli("disable agent states/s1");
    assertFalse(server("s1").report().agentActs());
    assertTrue(server("s1").report().hasAgent());
  }

  /** Waits for a status, and finds each of its values in the table. */
  private void reach(String name, String status, MemberState shown) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> server(name).report().status(), status::equals);
    Slot server = server(name);
    assertEquals(shown, ServerStates.shown(server), server.toString());
    assertNotNull(ServerStates.find("check_status", server.check()), server.check());
    assertNotNull(
        ServerStates.find("agent_status", server.report().agent().status()), server.toString());
    assertNotNull(ServerStates.find("srv_op_state", String.valueOf(server.report().operational())));
    bits("srv_admin_state", server.report().admin());
    bits("srv_check_state", server.report().checkState());
    bits("srv_agent_state", server.report().agentState());
  }

  private static void bits(String field, int value) {
    for (int bit = 1; bit <= value; bit <<= 1) {
      if ((value & bit) != 0) {
        assertNotNull(ServerStates.find(field, "%02X".formatted(bit)), field + " " + value);
      }
    }
  }

  private Slot server(String name) {
    List<Slot> slots =
        Objects.requireNonNull(loop.get(() -> api.read(List.of("states"))).pools().get("states"));
    return slots.stream().filter(slot -> slot.id().server().equals(name)).findFirst().orElseThrow();
  }

  private String backend() {
    return """

    backend states
        option httpchk GET /
        http-check disable-on-404
        http-check expect status 200
        default-server check inter 50ms rise 2 fall 2 weight 100
        server s1 127.0.0.1:%1$d agent-check agent-port %2$d agent-inter 50ms
        server slow 127.0.0.1:%1$d slowstart 60s
        server unchecked 127.0.0.1:%1$d no-check
        server follower 127.0.0.1:%1$d no-check track states/s1
    """
        .formatted(application.getAddress().getPort(), agent.getLocalPort());
  }

  private void cli(String line) {
    assertEquals("", haproxy.cli(line));
  }

  private void answer() {
    while (true) {
      try (var connection = agent.accept()) {
        connection.getOutputStream().write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      } catch (SocketException _) {
        return; // closed at the end
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
