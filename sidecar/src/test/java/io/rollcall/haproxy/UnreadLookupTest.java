package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.Metrics;
import io.rollcall.testing.EventLoop;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session is looked up before the slots were read. */
class UnreadLookupTest {
  private static final String KEY = "0123456789ABCDEF0123456789ABCDEF01234567";

  @AutoClose private final EventLoop loop = new EventLoop();
  @TempDir private Path folder;
  private String names = "";

  @Test
  void namesNoServerByTheNumberOfAnotherProcess() {
    var scripted =
        new ScriptedHaproxy(
            loop,
            folder,
            "3.0.0",
            (peer, _) ->
                ScriptedHaproxy.send(
                    peer,
                    ("# table: nodes, type: string, size:102400, used:1\n"
                            + "0x55: key=%s use=0 exp=17 server_id=3 %s\n\n> ")
                        .formatted(KEY, names)));
    var client =
        new HaproxyClient(
            loop.vertx(),
            scripted.socket(),
            List.of("nodes"),
            InstantSource.system(),
            Metrics.NONE,
            _ -> {});
    names = "server_key=10.0.0.7:3";
    assertNull(loop.get(() -> client.server("nodes", KEY)));
    names = "server_key=slot3";
    assertEquals(3, loop.get(() -> client.server("nodes", KEY)));
    loop.get(client::close);
  }
}
