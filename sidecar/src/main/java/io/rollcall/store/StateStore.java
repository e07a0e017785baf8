package io.rollcall.store;

import io.rollcall.core.ClockReading;
import io.rollcall.core.Component;
import io.rollcall.core.ComponentHealth;
import io.rollcall.core.model.SavedState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What HAProxy cannot hold, in {@code memory.json}. All times of a {@link SavedState} are of the
 * steady clock; the file has wall clock times, and they are converted when it is read and written.
 * Used on one context.
 */
public final class StateStore {
  private final SavedDocument<SavedState> document;

  /**
   * Nothing is read yet.
   *
   * @param folder is created if it is missing
   */
  public StateStore(
      Vertx vertx, Path folder, Supplier<ClockReading> clocks, ComponentHealth health) {
    this.document =
        new SavedDocument<>(
            AtomicFile.in(vertx, folder, "memory.json"),
            new StateFormat(),
            clocks,
            line -> health.report(Component.MEMORY, line));
  }

  /**
   * The state that an earlier run saved; never fails. While the disk hangs it is waited for:
   * without the state all operator intents would be lost.
   */
  public Future<SavedState> load() {
    return document.load();
  }

  /**
   * Writes the state if it changed; never fails. The result is there once it survives the machine:
   * null, or one line that says why it was not written.
   */
  public Future<@Nullable String> save(SavedState state) {
    return document.save(state);
  }

  /** Writes what is not on disk yet, unless the sidecar ends before the state was loaded. */
  public Future<@Nullable String> close(SavedState state) {
    return document.close(state);
  }
}
