package io.rollcall.haproxy;

import io.rollcall.testing.EventLoop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.parsetools.RecordParser;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * Listens on a socket, identifies itself as HAProxy does, and answers any other line as the test
 * says: for faults and versions that the installed HAProxy cannot show.
 */
final class ScriptedHaproxy {
  static final String GREETING = "\n> ";

  private final String socket;
  private final String version;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Listens at once, until the loop is closed. */
  ScriptedHaproxy(
      EventLoop loop, Path directory, String version, BiConsumer<NetSocket, String> answer) {
    this.socket = directory.resolve("fake.sock").toString();
    this.version = version;
    loop.get(() ->
        loop.vertx()
            .createNetServer()
            .connectHandler(peer -> converse(peer, answer))
            .listen(SocketAddress.domainSocketAddress(socket)));
  }

  String socket() {
    return socket;
  }

  /** The lines received after the connection was made. */
  List<String> lines() {
    return lines;
  }

  private void converse(NetSocket peer, BiConsumer<NetSocket, String> answer) {
    peer.handler(
        RecordParser.newDelimited(
            "\n",
            line -> {
              switch (line.toString()) {
                case "prompt" -> send(peer, GREETING);
                case "show info" -> send(peer, info() + "\n\n> ");
                case "show stat -1 1 -1" -> send(peer, "# pxname,svname,req_rate,\n\n> ");
                default -> {
                  lines.add(line.toString());
                  answer.accept(peer, line.toString());
                }
              }
            }));
  }

  private String info() {
    return "Name: HAProxy\nVersion: "
        + version
        + "\nPid: 7\nUptime_sec: 1\nCurrConns: 0\n"
        + "Stopping: 0";
  }

  /** Writes the text one byte at a time. */
  static void send(NetSocket peer, String text) {
    for (byte one : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      var _ = peer.write(Buffer.buffer(new byte[] {one}));
    }
  }
}
