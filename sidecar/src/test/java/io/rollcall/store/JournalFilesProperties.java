package io.rollcall.store;

import static io.rollcall.store.JournalEvents.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;

/** Whatever the last write left behind, the journal opens, and what was whole before is there. */
class JournalFilesProperties {
  private static final int WHOLE = 8;

  private Path folder;

  @AfterTry
  void remove() throws IOException {
    try (var all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private Path written() throws IOException {
    folder = Files.createTempDirectory("journal");
    try (var files = new JournalFiles(folder, 1_000_000, 3)) {
      var _ = files.open(0);
      files.append(events(1, WHOLE));
    }
    try (var all = Files.list(folder)) {
      return all.findFirst().orElseThrow();
    }
  }

  @Property(tries = 40)
  void losesNothingButTheTornLine(@ForAll @IntRange(min = 0, max = 4000) int length)
      throws IOException {
    Path file = written();
    byte[] bytes = Files.readAllBytes(file);
    int kept = Math.min(length, bytes.length);
    Files.write(file, java.util.Arrays.copyOf(bytes, kept));
    long lines = 0;
    for (int i = 0; i < kept; i++) {
      lines += bytes[i] == '\n' ? 1 : 0;
    }
    opensWith(lines);
  }

  @Property(tries = 40)
  void losesNothingToGarbageBehindIt(@ForAll byte[] garbage) throws IOException {
    Files.write(written(), garbage, StandardOpenOption.APPEND);
    opensWith(WHOLE);
  }

  private void opensWith(long whole) throws IOException {
    try (var files = new JournalFiles(folder, 1_000_000, 3)) {
      var found = files.open(100);
      assertEquals(whole, found.lastId());
      assertEquals(events(1, whole), found.newest());
      files.append(events(whole + 1, whole + 2));
      assertEquals(events(1, whole + 2), files.since(0, 100));
    }
    try (var again = new JournalFiles(folder, 1_000_000, 3)) {
      assertEquals(0, again.open(0).cut(), "repaired once");
      assertTrue(List.of(whole + 2).contains(again.open(0).lastId()));
    }
  }
}
