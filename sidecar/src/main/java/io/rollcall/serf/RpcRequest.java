package io.rollcall.serf;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.msgpack.core.MessagePack;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/**
 * One command of the agent's RPC ({@code ipc.go}): a header map {@code {Command, Seq}}, then the
 * body map, if the command has one.
 */
record RpcRequest(String command, Map<Value, Value> body) {
  static final RpcRequest HANDSHAKE = with("handshake", "Version", ValueFactory.newInteger(1));
  static final RpcRequest MEMBERS = new RpcRequest("members", Map.of());
  static final RpcRequest STATS = new RpcRequest("stats", Map.of());

  static RpcRequest auth(String key) {
    return with("auth", "AuthKey", ValueFactory.newString(key));
  }

  /** Everything that the agent logs, from INFO on; it begins with the last lines before. */
  static final RpcRequest MONITOR = with("monitor", "LogLevel", ValueFactory.newString("INFO"));

  private static final String EVENTS =
      "member-join,member-leave,member-failed,member-update,member-reap";

  /** Subscribes to member events, and to the user events and queries of these names. */
  static RpcRequest stream(Collection<String> userEvents, Collection<String> queries) {
    var types = new StringJoiner(",").add(EVENTS);
    userEvents.forEach(name -> types.add("user:" + name));
    queries.forEach(name -> types.add("query:" + name));
    return with("stream", "Type", ValueFactory.newString(types.toString()));
  }

  /** The members of these names, as many as the list has. */
  static RpcRequest members(Collection<String> names) {
    String either = names.stream().map(RpcRequest::quoted).collect(Collectors.joining("|"));
    return with("members-filtered", "Name", ValueFactory.newString("(?:" + either + ")"));
  }

  /** As a regular expression of Go that matches this name only. */
  private static String quoted(String name) {
    var quoted = new StringBuilder();
    name.codePoints()
        .forEach(point -> {
          if (point < 0x80 && Character.isLetterOrDigit(point)) {
            quoted.appendCodePoint(point);
          } else {
            quoted.append("\\x{").append(Integer.toHexString(point)).append('}');
          }
        });
    return quoted.toString();
  }

  /** Sets a tag of the agent's own; its others stay. */
  static RpcRequest tag(String key, String value) {
    return with(
        "tags",
        "Tags",
        ValueFactory.newMap(ValueFactory.newString(key), ValueFactory.newString(value)));
  }

  static RpcRequest respond(long queryId, byte[] payload) {
    return new RpcRequest(
        "respond",
        Map.of(
            ValueFactory.newString("ID"),
            ValueFactory.newInteger(queryId),
            ValueFactory.newString("Payload"),
            ValueFactory.newBinary(payload)));
  }

  private static RpcRequest with(String command, String key, Value value) {
    return new RpcRequest(command, Map.of(ValueFactory.newString(key), value));
  }

  /** The bytes on the wire. The reply has the same number. */
  Buffer bytes(long seq) {
    return Buffer.buffer(encoded(seq));
  }

  /** The same as an array. */
  byte[] encoded(long seq) {
    try (var packer = MessagePack.newDefaultBufferPacker()) {
      packer.packMapHeader(2).packString("Command").packString(command);
      packer.packString("Seq").packLong(seq);
      if (!body.isEmpty()) {
        packer.packValue(ValueFactory.newMap(body));
      }
      return packer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
