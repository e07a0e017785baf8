package io.rollcall.journal;

import java.nio.file.Path;
import java.util.List;

/**
 * A process that does nothing but write events, and prints the id of the last one once it is
 * acknowledged: to be killed. Every seventh call writes many.
 */
final class Writer {
  private Writer() {}

  public static void main(String[] args) throws Exception {
    try (var files = new JournalFiles(Path.of(args[0]), 20_000, 1_000)) {
      long id = files.open(0).lastId();
      for (int call = 0; ; call++) {
        int count = call % 7 == 0 ? 40 : 1;
        files.append(
            count == 1 ? List.of(Events.event(id + 1)) : Events.events(id + 1, id + count));
        id += count;
        System.out.write((id + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        System.out.flush();
      }
    }
  }
}
