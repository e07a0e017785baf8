package io.rollcall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.testing.Figures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} while the journal is written; {@code -Drollcall.kills} says how often. */
class JournalKillIT {
  @TempDir Path folder;

  @Test
  void losesNoAcknowledgedEventWhenTheWriterIsKilled() throws Exception {
    int kills = Integer.getInteger("rollcall.kills", 30);
    long began = System.nanoTime();
    JournalKills.Result result = JournalKills.of(folder, kills);
    assertEquals(kills, result.kills());
    String line =
        "%d kills of a writer in %d s: %d events acknowledged, none missing; %d torn ends repaired"
            .formatted(
                kills,
                (System.nanoTime() - began) / 1_000_000_000,
                result.acknowledged(),
                result.torn());
    Figures.tell("journal-kills", List.of(line));
  }
}
