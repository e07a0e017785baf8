package io.rollcall.serf;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/**
 * Splits a stream of msgpack into complete values, wherever a read ended: msgpack over TCP has no
 * other frame. What was scanned once is not scanned again. Not thread-safe.
 */
final class MessageFraming {
  /**
   * Longest value, in bytes. A member takes about 150 bytes and its tags (at most 512), so this is
   * enough for some 6,000 members with full tags, and fits into the heap of the sidecar.
   */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /**
   * Values in one message, those within others included. A member has about 40; each text takes far
   * more of the heap than of the message.
   */
  static final int MAX_VALUES = 400_000;

  private Buffer bytes = Buffer.buffer();

  /** Start of the next value, and end of what was scanned of it. */
  private int start;

  private int scanned;

  /** Values that are still missing from the one that begins at start. */
  private long missing = 1;

  private int values;

  /** Reads the bytes from {@link #readFrom} on. */
  private MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(new byte[0]);

  private int readFrom;

  void add(Buffer chunk) {
    if (start > 0) {
      bytes = bytes.getBuffer(start, bytes.length());
      scanned -= start;
      start = 0;
    }
    bytes.appendBuffer(chunk);
    readFrom = scanned;
    unpacker = MessagePack.newDefaultUnpacker(bytes.getBytes(scanned, bytes.length()));
  }

  /**
   * The next complete value, or null until more bytes are added. Throws IOException or
   * MessagePackException for bytes that are not msgpack, and for a value that is too long.
   */
  byte @Nullable [] next() throws IOException {
    try {
      while (missing > 0) {
        missing += skipOne() - 1;
        if (++values > MAX_VALUES) {
          throw new ProtocolException("a message has more than " + MAX_VALUES + " values");
        }
        scanned = readFrom + (int) unpacker.getTotalReadBytes();
      }
    } catch (MessageInsufficientBufferException _) {
      if (bytes.length() - start > MAX_BYTES) {
        throw new ProtocolException("a value is longer than " + MAX_BYTES + " bytes");
      }
      return null;
    }
    byte[] value = bytes.getBytes(start, scanned);
    start = scanned;
    missing = 1;
    values = 0;
    return value;
  }

  /** Skips one value, of an array or map only the header; the result is how many it contains. */
  private long skipOne() throws IOException {
    return switch (unpacker.getNextFormat().getValueType()) {
      case ARRAY -> unpacker.unpackArrayHeader();
      case MAP -> 2L * unpacker.unpackMapHeader();
      case NIL, BOOLEAN, INTEGER, FLOAT, STRING, BINARY -> {
        unpacker.skipValue();
        yield 0;
      }
      // no message of an agent has one, and its length is not checked by the library
      case EXTENSION -> throw new ProtocolException("a msgpack extension is not supported");
    };
  }
}
