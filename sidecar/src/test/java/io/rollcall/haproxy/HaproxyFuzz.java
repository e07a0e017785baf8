package io.rollcall.haproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers of the admin socket: whatever they are, they are read or {@link Unreadable}. */
public final class HaproxyFuzz {
  private HaproxyFuzz() {}

  public static void replies(byte[] bytes) {
    var whole = new ArrayList<String>();
    new ReplyFramer(whole::add).feed(Buffer.buffer(bytes));
    var pieces = new ArrayList<String>();
    var framer = new ReplyFramer(pieces::add);
    for (byte one : bytes) {
      framer.feed(Buffer.buffer(new byte[] {one}));
    }
    assertEquals(whole, pieces);
  }

  public static void serversState(byte[] bytes) {
    read(
        bytes,
        reply -> {
          List<TableRow> rows = ServersState.parse(reply).rows();
          for (TableRow row : rows) {
            var _ = ServersState.id(row);
            var _ = ServersState.endpoint(row);
            var _ = ServersState.admin(row);
            var _ = ServersState.serving(row);
            var _ = ServersState.configured(row, null);
          }
          return rows;
        });
  }

  public static void stat(byte[] bytes) {
    read(
        bytes,
        reply -> {
          var rows = StatCsv.servers(reply).values();
          for (TableRow row : rows) {
            var _ = StatCsv.load(row);
            var _ = StatCsv.settings(row);
            var _ = StatCsv.check(row);
            var _ = SnapshotParser.report(null, row);
          }
          return rows;
        });
    read(bytes, SnapshotParser::ids);
    read(bytes, Listeners::parse);
  }

  public static void table(byte[] bytes) {
    read(bytes, StickTable::sessions);
    read(bytes, StickTable::server);
    read(bytes, StickTable::sizes);
  }

  public static void info(byte[] bytes) {
    read(bytes, reply -> InfoParser.parse(List.of(reply, reply)));
  }

  /** Two dumps of four servers, and the file of an earlier run before them. */
  public static void stateFile(byte[] bytes) {
    String[] texts = new String(bytes, UTF_8).split("\0", 2);
    read(bytes, _ -> ServerStateFile.next(texts[0], texts[texts.length - 1], Set.of()));
    boolean _ = ServerStateFile.same(texts[0], texts[texts.length - 1]);
  }

  /** A complete reading: information, frontends and backends, servers, counters. */
  public static void snapshot(byte[] bytes) {
    List<String> replies = List.of(new String(bytes, UTF_8).split("\0", -1));
    if (replies.size() == SnapshotParser.commands(List.of("nodes"), Map.of("nodes", 4)).size()) {
      read(
          bytes,
          _ ->
              SnapshotParser.parse(
                  List.of("nodes"), Map.of("nodes", 4), replies, new HashMap<>(), new HashMap<>()));
    }
  }

  private interface Reader {
    @Nullable Object read(String reply);
  }

  private static void read(byte[] bytes, Reader reader) {
    try {
      var _ = reader.read(new String(bytes, UTF_8));
    } catch (Unreadable _) {
      // the connection is closed
    }
  }
}
