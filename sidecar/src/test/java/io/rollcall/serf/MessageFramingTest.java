package io.rollcall.serf;

import static io.rollcall.serf.MessageFraming.MAX_BYTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;
import org.msgpack.value.ValueType;

final class MessageFramingTest {

  @Property(tries = 100)
  void findsTheSameValuesHoweverTheyAreSplit(
      @ForAll @Size(max = 8) List<@From("values") Value> values,
      @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 3000) Integer> cuts)
      throws IOException {
    var stream = Buffer.buffer();
    for (Value value : values) {
      stream.appendBytes(packed(value));
    }
    List<byte[]> found = inPieces(stream, cuts);
    assertEquals(values.size(), found.size());
    for (int i = 0; i < values.size(); i++) {
      assertArrayEquals(packed(values.get(i)), found.get(i));
    }
  }

  @Property(tries = 500)
  void throwsNoOtherExceptionWhateverTheBytes(@ForAll @Size(max = 200) byte[] bytes) {
    try {
      assertTrue(inPieces(Buffer.buffer(bytes), List.of(1, 5)).size() <= bytes.length);
    } catch (IOException | MessagePackException _) {
      // not msgpack
    }
  }

  @Test
  void knowsTheLengthOfEveryFormat() throws IOException {
    for (int lead = 0; lead < 256; lead++) {
      var format = MessageFormat.valueOf((byte) lead);
      if (format == MessageFormat.NEVER_USED || format.getValueType() == ValueType.EXTENSION) {
        continue;
      }
      // zeros after the first byte are lengths of nothing or values of one byte
      byte[] bytes = new byte[40];
      bytes[0] = (byte) lead;
      var framing = new MessageFraming();
      framing.add(Buffer.buffer(bytes));
      try (var unpacker = MessagePack.newDefaultUnpacker(bytes)) {
        unpacker.skipValue();
        byte[] found = framing.next();
        assertEquals(
            unpacker.getTotalReadBytes(),
            found == null ? -1 : found.length,
            HexFormat.of().toHexDigits((byte) lead));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1", "c6ffffffff", "ddffffffff", "dfffffffff"})
  void rejectsAByteThatMsgpackNeverUsesAndLengthsThatNoArrayHas(String hex) {
    assertThrows(MessagePackException.class, () -> added(hex).next());
  }

  @ParameterizedTest
  @ValueSource(strings = {"d400", "c700", "c97fffffff"})
  void rejectsAnExtension(String hex) {
    assertThrows(ProtocolException.class, () -> added(hex).next());
  }

  @Test
  void rejectsATextOnceItIsTooLong() throws IOException {
    rejects(added("db10000000"), 5, "78", MAX_BYTES);
  }

  /** A nested array, an array and a map: a byte on the wire, and more of the heap. */
  @ParameterizedTest
  @CsvSource({"91, 91", "dd7fffffff, c0", "df3fffffff, c0"})
  void rejectsAMessageOnceItHasTooManyValues(String start, String repeated) throws IOException {
    rejects(added(start), 1, repeated, MessageFraming.MAX_VALUES);
  }

  private static void rejects(MessageFraming framing, int had, String repeated, int most)
      throws IOException {
    var filler = Buffer.buffer(HexFormat.of().parseHex(repeated.repeat(most / 64)));
    int length = had;
    while (length + filler.length() <= most) {
      framing.add(filler);
      length += filler.length();
      assertNull(framing.next());
    }
    framing.add(filler);
    assertThrows(ProtocolException.class, framing::next);
  }

  private static MessageFraming added(String hex) {
    var framing = new MessageFraming();
    framing.add(Buffer.buffer(HexFormat.of().parseHex(hex)));
    return framing;
  }

  @Provide
  Arbitrary<Value> values() {
    Arbitrary<Value> leaves =
        Arbitraries.oneOf(
            Arbitraries.longs().map(ValueFactory::newInteger),
            Arbitraries.doubles().map(ValueFactory::newFloat),
            Arbitraries.of(true, false).map(ValueFactory::newBoolean),
            Arbitraries.strings().ofMaxLength(300).map(ValueFactory::newString),
            Arbitraries.bytes()
                .array(byte[].class)
                .ofMaxSize(300)
                .map(bytes -> ValueFactory.newBinary(bytes)),
            Arbitraries.just(ValueFactory.newNil()));
    Arbitrary<Value> lists =
        leaves.list().ofMaxSize(40).map(items -> (Value) ValueFactory.newArray(items));
    return Arbitraries.oneOf(
        leaves,
        lists,
        Arbitraries.maps(leaves, lists)
            .ofMaxSize(20)
            .map(entries -> (Value) ValueFactory.newMap(entries)));
  }

  private static List<byte[]> inPieces(Buffer stream, List<Integer> cuts) throws IOException {
    var framing = new MessageFraming();
    var found = new ArrayList<byte[]>();
    int turn = 0;
    int at = 0;
    while (at < stream.length()) {
      int end = Math.min(stream.length(), at + cuts.get(turn++ % cuts.size()));
      framing.add(stream.getBuffer(at, end));
      for (byte[] value = framing.next(); value != null; value = framing.next()) {
        found.add(value);
      }
      at = end;
    }
    return found;
  }

  private static byte[] packed(Value value) throws IOException {
    try (var packer = MessagePack.newDefaultBufferPacker()) {
      packer.packValue(value);
      return packer.toByteArray();
    }
  }
}
