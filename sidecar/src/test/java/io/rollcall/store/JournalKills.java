package io.rollcall.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/** Writers of one journal, one after the other, each killed with KILL while it writes. */
final class JournalKills {
  private static final RandomGenerator RANDOM = new SecureRandom();

  /** Kills of one journal; then another begins, since all of it is read after each. */
  private static final int ON_ONE = 50;

  private JournalKills() {}

  /**
   * What became of it.
   *
   * @param torn ends that had to be repaired
   */
  record Result(int kills, long acknowledged, int torn) {}

  /** Fails with what is missing, or with a journal that does not open. */
  static Result of(Path folder, int kills) throws IOException, InterruptedException {
    long all = 0;
    int torn = 0;
    long acknowledged = 0;
    for (int i = 0; i < kills; i++) {
      Path journal = folder.resolve("journal" + i / ON_ONE);
      if (i % ON_ONE == 0) {
        all += acknowledged;
        acknowledged = 0;
      }
      acknowledged = Math.max(acknowledged, killed(journal));
      try (var files = new JournalFiles(journal, 20_000, 1_000)) {
        var found = files.open(0);
        torn += found.cut() > 0 ? 1 : 0;
        List<Long> expected = LongStream.rangeClosed(1, found.lastId()).boxed().toList();
        if (found.lastId() < acknowledged
            || !JournalEvents.ids(files.since(0, Integer.MAX_VALUE)).equals(expected)) {
          throw new AssertionError(
              "kill %d: %d were acknowledged, %s".formatted(i, acknowledged, found));
        }
      }
    }
    return new Result(kills, all + acknowledged, torn);
  }

  /** The last id that a writer said was safe before it died. */
  private static long killed(Path folder) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                JournalWriterMain.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader acknowledged = process.inputReader()) {
      String last = "";
      int enough = RANDOM.nextInt(1, 40);
      int lines = 0;
      for (String line = acknowledged.readLine(); line != null; line = acknowledged.readLine()) {
        last = line;
        if (++lines == enough) {
          var _ = process.toHandle().destroyForcibly(); // the process's own would close the stream
        }
      }
      int _ = process.waitFor();
      return Long.parseLong(last);
    } finally {
      process.destroyForcibly();
    }
  }
}
