package io.rollcall.serf;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
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

  /** Subscribes to the queries of these names. */
  static RpcRequest stream(Iterable<String> queries) {
    return with(
        "stream", "Type", ValueFactory.newString("query:" + String.join(",query:", queries)));
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
    try (var packer = MessagePack.newDefaultBufferPacker()) {
      packer.packMapHeader(2).packString("Command").packString(command);
      packer.packString("Seq").packLong(seq);
      if (!body.isEmpty()) {
        packer.packValue(ValueFactory.newMap(body));
      }
      return Buffer.buffer(packer.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
