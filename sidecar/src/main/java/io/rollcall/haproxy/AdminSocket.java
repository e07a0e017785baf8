package io.rollcall.haproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.core.model.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads HAProxy's admin socket with blocking calls, one command on a connection of its own: for a
 * command line, which ends after a few of them. It never changes anything: {@link #ask} is for
 * commands that begin with {@code show}.
 */
public final class AdminSocket {
  private static final long TIMEOUT_MS = 2000;

  private final Path path;

  public AdminSocket(Path path) {
    this.path = path;
  }

  /**
   * The reply to one command, without the blank lines around it. Fails after 2 s without an end.
   * Throws IllegalArgumentException for a command that does not only read.
   */
  public String ask(String command) throws IOException {
    if (!command.matches("show [\\w .:#-]+")) {
      throw new IllegalArgumentException("not a command that only reads: " + command);
    }
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        var selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.write(ByteBuffer.wrap((command + "\n").getBytes(UTF_8)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      return read(channel, selector).strip();
    }
  }

  private static String read(SocketChannel channel, Selector selector) throws IOException {
    var reply = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(1 << 16);
    long end = System.nanoTime() + TIMEOUT_MS * 1_000_000;
    while (true) {
      if (selector.select(TIMEOUT_MS) == 0 || System.nanoTime() - end > 0) {
        throw new IOException("no reply within " + TIMEOUT_MS / 1000 + " s");
      }
      selector.selectedKeys().clear();
      if (channel.read(buffer.clear()) < 0) {
        return reply.toString(UTF_8);
      }
      reply.write(buffer.array(), 0, buffer.position());
    }
  }

  /**
   * The process and all slots of the backends, as the sidecar reads them. Throws
   * IllegalArgumentException for a name that HAProxy does not accept.
   */
  public Snapshot snapshot(List<String> backends) throws IOException {
    try {
      Map<String, Integer> ids = SnapshotParser.ids(ask(Command.PROXIES.line()));
      var replies = new ArrayList<String>();
      for (Command command : SnapshotParser.commands(backends, ids)) {
        replies.add(ask(command.line()));
      }
      return SnapshotParser.parse(backends, ids, replies, new HashMap<>(), new HashMap<>());
    } catch (RuntimeFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The rows of {@code show servers state BACKEND}, by column; empty if there is no such backend.
   */
  public List<Map<String, String>> servers(String backend) throws IOException {
    String reply = ask("show servers state " + backend);
    var rows = new ArrayList<Map<String, String>>();
    List<String> columns = List.of();
    for (String line : reply.lines().toList()) {
      if (line.startsWith("# ")) {
        columns = List.of(line.substring(2).split(" "));
      } else if (!columns.isEmpty() && !line.isBlank()) {
        rows.add(row(columns, List.of(line.split(" "))));
      }
    }
    return rows;
  }

  /** The rows of {@code show stat}, by column, of every proxy and server. */
  public List<Map<String, String>> stats() throws IOException {
    String reply = ask("show stat");
    var rows = new ArrayList<Map<String, String>>();
    List<String> columns = List.of();
    for (String line : reply.lines().toList()) {
      if (line.startsWith("# ")) {
        columns = List.of(line.substring(2).split(","));
      } else if (!line.isBlank()) {
        rows.add(row(columns, List.of(line.split(",", -1))));
      }
    }
    return rows;
  }

  private static Map<String, String> row(List<String> columns, List<String> fields) {
    var row = new HashMap<String, String>();
    for (int i = 0; i < Math.min(columns.size(), fields.size()); i++) {
      row.put(columns.get(i), fields.get(i));
    }
    return row;
  }
}
