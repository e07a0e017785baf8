package io.rollcall.serf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits what is read from the pipe into lines at LF, wherever a read ended. It stores at most one
 * line: a line that is too long is discarded up to its LF. Not thread-safe.
 */
final class LineFraming {
  private static final byte LF = '\n';

  private final byte[] line = new byte[EventLine.MAX_BYTES];

  /** Bytes since the last LF; more than the line has room for once it is too long. */
  private int length;

  /** The lines that these bytes complete, in order. */
  List<EventLine> lines(ByteBuffer bytes) {
    var lines = new ArrayList<EventLine>();
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (b == LF) {
        lines.add(
            length > line.length
                ? EventLine.tooLong()
                : EventLine.parse(Arrays.copyOf(line, length)));
        length = 0;
      } else if (length < line.length) {
        line[length++] = b;
      } else {
        length = line.length + 1;
      }
    }
    return lines;
  }
}
