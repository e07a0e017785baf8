package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class LineFramingTest {
  private static final EventLine RESYNC = new EventLine.ResyncRequest();

  @Test
  void keepsAnUnfinishedLineForTheNextRead() {
    var framing = new LineFraming();
    assertEquals(List.of(), framing.lines(bytes("res")));
    assertEquals(List.of(RESYNC, RESYNC), framing.lines(bytes("ync\nresync\nre")));
    assertEquals(List.of(RESYNC), framing.lines(bytes("sync\n")));
  }

  @Test
  void dropsALineThatIsTooLongUpToItsEnd() {
    var framing = new LineFraming();
    assertEquals(
        List.of(EventLine.tooLong(), RESYNC),
        framing.lines(bytes("x".repeat(3 * EventLine.MAX_BYTES) + "\nresync\n")));
  }

  @Test
  void takesALineOfTheGreatestLength() {
    String line = "user\te\t1\t";
    String payload = "x".repeat(EventLine.MAX_BYTES - line.length());
    assertEquals(
        List.of(new EventLine.UserEvent("e", 1, payload)),
        new LineFraming().lines(bytes(line + payload + "\n")));
  }

  @Property(tries = 300)
  void findsTheSameLinesHoweverTheyAreCut(
      @ForAll @Size(max = 20) List<@IntRange(min = 0, max = 5000) Integer> lengths,
      @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 6000) Integer> cuts) {
    var stream = new StringBuilder();
    var expected = new ArrayList<EventLine>();
    for (int length : lengths) {
      String line = "user\te\t1\t" + "x".repeat(length);
      stream.append(line).append('\n');
      expected.add(
          line.length() > EventLine.MAX_BYTES
              ? EventLine.tooLong()
              : new EventLine.UserEvent("e", 1, "x".repeat(length)));
    }
    assertEquals(expected, inPieces(stream.toString().getBytes(UTF_8), cuts));
  }

  @Property(tries = 300)
  void findsALineForEachEndWhateverTheBytes(@ForAll byte[] bytes) {
    int ends = 0;
    for (byte b : bytes) {
      ends += b == '\n' ? 1 : 0;
    }
    assertEquals(ends, inPieces(bytes, List.of(1, 7)).size());
  }

  private static List<EventLine> inPieces(byte[] stream, List<Integer> cuts) {
    var framing = new LineFraming();
    var lines = new ArrayList<EventLine>();
    int turn = 0;
    int at = 0;
    while (at < stream.length) {
      int end = Math.min(stream.length, at + cuts.get(turn++ % cuts.size()));
      lines.addAll(framing.lines(ByteBuffer.wrap(Arrays.copyOfRange(stream, at, end))));
      at = end;
    }
    return lines;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
