package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Metrics;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealHaproxy;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that the installed HAProxy tracks. */
@Tag("image")
final class TrackedSessionsIT extends HaproxyFixture {
  @Test
  void countsSessionsByServerAndNeverShowsAKey() {
    for (int i = 0; i < 5; i++) {
      haproxy.cli("set table nodes key k" + i + " data.server_id " + (i < 3 ? 1 : 2));
    }
    haproxy.cli("set table nodes key a\\ exp\\=5\\ b data.server_id 1");

    var sample = loop.get(() -> api.sessions("nodes", 1));

    assertEquals(4, sample.entries());
    assertTrue(sample.newest().compareTo(Duration.ofMinutes(30)) <= 0, sample.toString());
    assertTrue(sample.newest().compareTo(Duration.ofMinutes(29)) > 0, sample.toString());
    assertEquals(6, loop.get(() -> api.tableSize("nodes")));
    allDone(new Step.ClearSessions(slot(1), 1));
    assertEquals(new SessionSample(0, Duration.ZERO), loop.get(() -> api.sessions("nodes", 1)));
    assertEquals(2, loop.get(() -> api.tableSize("nodes")));
  }

  @Test
  void findsATableWhoseEntriesNameNoServer() {
    var tables = new TableExamination(api);
    haproxy.cli("set table nodes key k data.server_id 0");
    assertEquals(List.of(), findings(tables, 0), "nobody sent a request");
    assertEquals(List.of(), findings(tables, 19));

    assertEquals(List.of(Fault.SESSIONS_UNTRACKED), findings(tables, 20));
    haproxy.cli("set table nodes key k2 data.server_id 1");
    assertEquals(List.of(Fault.SESSIONS_UNTRACKED), findings(tables, 21), "asked for once");
    Snapshot complete = read(21, true);
    assertEquals(
        List.of(), loop.get(() -> tables.findings(complete)), "a complete reading looks again");
  }

  @Test
  void countsTheSessionsOfASharedTableByAddress(@TempDir Path folder) throws Exception {
    int port = FreePorts.one();
    String name = InetAddress.getLocalHost().getHostName();
    try (var a = new AppServer("a");
        var b = new AppServer("b");
        var other = RealHaproxy.in(folder, 1, shared(name, port, a.port(), b.port())).start()) {
      try (var http = HttpClient.newHttpClient()) {
        for (int i = 0; i < 4; i++) {
          var uri = URI.create("http://127.0.0.1:" + port + "/health?s=" + i);
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
        }
      }
      RuntimeApi client = connect(other.socket());
      assertTrue(loop.get(() -> client.shared("shared")));
      assertFalse(loop.get(() -> client.shared("own")));
      assertFalse(loop.get(() -> client.shared("nodes")));
      // as another balancer sends them, where the second server is the first
      List<String> keys =
          Pattern.compile(": key=(\\S+)")
              .matcher(other.cli("show table shared"))
              .results()
              .map(key -> key.group(1))
              .toList();
      keys.forEach(key -> other.cli("set table shared key " + key + " data.server_id 5"));
      assertEquals(4, loop.get(() -> client.sessions("shared", 5)).entries());
      List<Slot> slots =
          Objects.requireNonNull(
              loop.get(() -> client.read(List.of("shared"))).pools().get("shared"));
      var counter = new SessionCounter(Clock.systemUTC(), client, Metrics.NONE);
      var counted = loop.get(() -> counter.countSessions("shared", slots, List.of()));
      assertEquals(
          List.of(2, 2), slots.stream().map(slot -> counted.get(slot.id()).sessions()).toList());
      var owner = loop.get(() -> client.server("shared", keys.getFirst()));
      assertNotNull(owner);
      assertTrue(slots.stream().anyMatch(slot -> owner.address().equals(slot.endpoint())));
      loop.get(client::close);
    }
  }

  private static String shared(String name, int port, int first, int second) {
    return """

    peers alone
      peer %1$s 127.0.0.1:%2$d
    peers both
      peer %1$s 127.0.0.1:%3$d
      peer other 127.0.0.1:1
    backend shared
      balance roundrobin
      stick-table type string len 40 size 1k expire 30m srvkey addr peers both
      stick store-request url_param(s),sha1,hex
      server a 127.0.0.1:%5$d id 5
      server b 127.0.0.1:%6$d id 6
    backend own
      stick-table type string size 1k srvkey addr peers alone
      stick on src
    frontend shared_in
      bind 127.0.0.1:%4$d
      default_backend shared
    """
        .formatted(name, FreePorts.one(), FreePorts.one(), port, first, second);
  }

  private List<Fault> findings(TableExamination tables, long sessions) {
    Snapshot seen = read(sessions, false);
    return loop.get(() -> tables.findings(seen)).stream().map(ConfigurationFinding::fault).toList();
  }

  /** What HAProxy shows, with so many sessions of the first slot. */
  private Snapshot read(long sessions, boolean complete) {
    Snapshot seen = read();
    Snapshot counted =
        seen.with(seen.info(), Map.of(slot(1), new Slot.Load(0, 0, sessions, 0, 0, 0)));
    return complete
        ? new Snapshot(
            true,
            counted.reread(),
            counted.info(),
            counted.pools(),
            counted.problems(),
            counted.backends(),
            counted.configuration(),
            counted.oldWorkers())
        : counted;
  }

  @Test
  void countsNoSessionsOfABackendThatTracksNone() {
    var none = new SessionSample(0, Duration.ZERO);

    assertEquals(none, loop.get(() -> api.sessions("plain", 1)));
    assertEquals(none, loop.get(() -> api.sessions("elsewhere", 1)));
    assertEquals(0, loop.get(() -> api.tableSize("plain")));
  }
}
