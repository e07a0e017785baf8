package io.rollcall.store;

import java.nio.file.Path;
import java.util.List;

/**
 * A process that does nothing but write events, and prints the id of the last one once it is
 * acknowledged: to be killed. Every seventh call writes many.
 */
final class JournalWriterMain {
  private JournalWriterMain() {}

  public static void main(String[] args) throws Exception {
    try (var files = new JournalFiles(Path.of(args[0]), 20_000, 1_000)) {
      long id = files.open(0).lastId();
      for (int call = 0; ; call++) {
        int count = call % 7 == 0 ? 40 : 1;
        files.append(
            count == 1
                ? List.of(JournalEvents.event(id + 1))
                : JournalEvents.events(id + 1, id + count));
        id += count;
        System.out.write((id + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        System.out.flush();
      }
    }
  }
}
