package io.rollcall.serf;

import io.vertx.core.buffer.Buffer;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageFormat;

/**
 * Cuts a stream of msgpack into whole values, wherever a read ended: msgpack over TCP has no other
 * frame. Each byte is looked at once.
 */
final class MessageFraming {
  /**
   * Longest value, in bytes. A member takes about 150 bytes and its tags (at most 512), so this
   * holds some 6,000 members with full tags, and the heap of the sidecar holds this.
   */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private Buffer bytes = Buffer.buffer();

  /** Where the value begins, and up to where it has been looked at. */
  private int start;

  private long position;

  /** Values that must still come to complete the one that begins at start. */
  private long missing = 1;

  void add(Buffer chunk) {
    if (start > 0) {
      bytes = bytes.getBuffer(start, bytes.length());
      position -= start;
      start = 0;
    }
    bytes.appendBuffer(chunk);
  }

  /** The next whole value, or null until more bytes come. */
  byte @Nullable [] next() throws ProtocolException {
    while (missing > 0 && skipOne()) {}
    if (position - start > MAX_BYTES) {
      throw new ProtocolException("more than " + MAX_BYTES + " bytes in one value");
    }
    if (missing > 0 || position > bytes.length()) {
      return null;
    }
    byte[] value = bytes.getBytes(start, (int) position);
    start = (int) position;
    missing = 1;
    return value;
  }

  /** Goes past one value without those it contains; false where its head is not there yet. */
  private boolean skipOne() throws ProtocolException {
    if (position >= bytes.length()) {
      return false;
    }
    int at = (int) position;
    byte lead = bytes.getByte(at);
    var format = MessageFormat.valueOf(lead);
    int head = 1 + sizeBytes(format);
    if (at + head > bytes.length()) {
      return false;
    }
    long size =
        switch (head) {
          case 2 -> bytes.getUnsignedByte(at + 1);
          case 3 -> bytes.getUnsignedShort(at + 1);
          case 5 -> bytes.getUnsignedInt(at + 1);
          default -> 0;
        };
    position += head + payload(format, lead, size);
    missing += contained(format, lead, size) - 1;
    return true;
  }

  /** How many bytes after the first tell the size. */
  private static int sizeBytes(MessageFormat format) {
    return switch (format) {
      case BIN8, EXT8, STR8 -> 1;
      case ARRAY16, BIN16, EXT16, MAP16, STR16 -> 2;
      case ARRAY32, BIN32, EXT32, MAP32, STR32 -> 4;
      default -> 0;
    };
  }

  private static long contained(MessageFormat format, byte lead, long size) {
    return switch (format) {
      case FIXARRAY -> lead & 0x0f;
      case FIXMAP -> 2L * (lead & 0x0f);
      case ARRAY16, ARRAY32 -> size;
      case MAP16, MAP32 -> 2 * size;
      default -> 0;
    };
  }

  private static long payload(MessageFormat format, byte lead, long size) throws ProtocolException {
    return switch (format) {
      case FIXSTR -> lead & 0x1f;
      case BIN8, BIN16, BIN32, STR8, STR16, STR32 -> size;
      case INT8, UINT8 -> 1;
      case INT16, UINT16, FIXEXT1 -> 2;
      case FIXEXT2 -> 3;
      case INT32, UINT32, FLOAT32 -> 4;
      case FIXEXT4 -> 5;
      case INT64, UINT64, FLOAT64 -> 8;
      case FIXEXT8 -> 9;
      case FIXEXT16 -> 17;
      case EXT8, EXT16, EXT32 -> size + 1;
      case NEVER_USED -> throw new ProtocolException("byte c1 is not msgpack");
      case POSFIXINT, NEGFIXINT, NIL, BOOLEAN, FIXARRAY, FIXMAP, ARRAY16, ARRAY32, MAP16, MAP32 ->
          0;
    };
  }
}
