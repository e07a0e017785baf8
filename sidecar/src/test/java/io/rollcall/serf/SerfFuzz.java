package io.rollcall.serf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/** Bytes of the pipe and of the agent: whatever they are, nothing but the declared failures. */
public final class SerfFuzz {
  private SerfFuzz() {}

  private interface Reader {
    Object read(MessageUnpacker in) throws IOException;
  }

  public static void pipe(byte[] bytes) {
    int lines = new LineFraming().lines(ByteBuffer.wrap(bytes)).size();
    assertTrue(lines <= bytes.length);
  }

  public static void rpc(byte[] bytes) {
    try {
      var framing = new MessageFraming();
      framing.add(Buffer.buffer(bytes));
      for (byte[] value = framing.next(); value != null; value = framing.next()) {
        read(value, RpcReply::header);
        read(value, RpcReply::members);
        read(value, RpcReply::health);
        read(value, AgentEvent::read);
        read(value, LogHint::read);
      }
    } catch (IOException | MessagePackException _) {
      // the connection is closed
    }
  }

  private static void read(byte[] value, Reader reader) {
    try (var in = MessagePack.newDefaultUnpacker(value)) {
      var _ = reader.read(in);
    } catch (IOException | MessagePackException _) {
      // the connection is closed
    }
  }
}
