package io.rollcall.app;

import io.rollcall.core.SteadyClock;
import io.rollcall.reconcile.HistoryRecorder;
import io.rollcall.store.AtomicFile;
import io.rollcall.store.HistoryFormat;
import io.rollcall.store.Journal;
import io.rollcall.store.MachineClocks;
import io.rollcall.store.SavedDocument;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/** The history of the last hour and day, kept in {@code history.json}. */
final class HistorySetup {
  private HistorySetup() {}

  /** Nothing is read yet. A failure to write is not reported: the journal is on the same disk. */
  static HistoryRecorder of(Vertx vertx, Path stateDir, SteadyClock clock, Journal journal) {
    return new HistoryRecorder(
        vertx,
        clock,
        new SavedDocument<>(
            AtomicFile.in(vertx, stateDir, "history.json"),
            new HistoryFormat(),
            new MachineClocks(clock),
            _ -> {}),
        journal::events);
  }
}
