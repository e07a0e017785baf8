package io.rollcall.reconcile;

import io.rollcall.config.Settings;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.haproxy.ServerStateFile;
import io.rollcall.logging.Logfmt;
import io.rollcall.store.AtomicFile;
import io.rollcall.store.StateFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept on disk: the sidecar's memory in {@code state.dir} and HAProxy's state file. Each is
 * written when it changed, whole, and nothing waits for it but who asks to. A failure is a trouble,
 * never an end.
 */
public final class StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);

  private final Vertx vertx;
  private final ComponentHealth troubles;
  private final AtomicFile memoryFile;
  private final AtomicFile stateFile;
  private final Duration resync;
  private final Set<String> backends;

  private boolean loaded;

  /** What the file holds, or will once {@link #save} is done; null where that failed. */
  private @Nullable SavedState kept;

  private Future<@Nullable String> save = Future.succeededFuture();
  private String stateText = "";
  private List<Signature> dumped = List.of();
  private boolean unwritten;
  private Future<?> slotsSaved = Future.succeededFuture();

  public StateStore(Vertx vertx, Settings settings, ComponentHealth troubles) {
    this.vertx = vertx;
    this.troubles = troubles;
    this.memoryFile = AtomicFile.in(vertx, settings.stateDir(), "memory.json");
    this.stateFile = AtomicFile.at(vertx, settings.haproxy().stateFile());
    this.resync = settings.haproxy().resync();
    this.backends =
        settings.pools().stream().map(pool -> pool.backend()).collect(Collectors.toSet());
  }

  /**
   * The memory that an earlier run left; a damaged one is put aside and told. While the disk hangs
   * it is waited for: without the memory every order would be forgotten.
   */
  public Future<SavedState> load() {
    return stateFile
        .read()
        .otherwiseEmpty()
        .compose(text -> {
          stateText = text == null ? "" : text;
          vertx.setPeriodic(resync.toMillis(), _ -> restoreSlots());
          return memory();
        })
        .recover(e -> {
          troubles.set(ComponentHealth.Component.MEMORY, e.getMessage());
          return Future.succeededFuture(SavedState.EMPTY);
        })
        .onSuccess(_ -> loaded = true);
  }

  private Future<SavedState> memory() {
    return memoryFile
        .readAtLast(line -> troubles.set(ComponentHealth.Component.MEMORY, line))
        .transform(read -> {
          if (read.failed()) {
            // the next save would replace it
            return putAside(String.valueOf(read.cause().getMessage()));
          }
          return read.result() == null
              ? Future.succeededFuture(SavedState.EMPTY)
              : switch (StateFormat.read(read.result())) {
                case StateFormat.Read.Whole whole -> Future.succeededFuture(whole.memory());
                case StateFormat.Read.Damaged damaged -> putAside(damaged.why());
              };
        });
  }

  /**
   * Writes the memory where it changed; never fails. The result comes once it outlives the machine,
   * and is null, or it is why that can't be had.
   */
  public Future<@Nullable String> save(SavedState memory) {
    if (!memory.equals(kept)) {
      kept = memory;
      save =
          told(memoryFile.write(StateFormat.write(memory)), ComponentHealth.Component.MEMORY)
              .onSuccess(unsaved -> {
                if (unsaved != null && memory.equals(kept)) {
                  kept = null;
                }
              });
    }
    return save;
  }

  /** Writes what is not on disk yet, unless the sidecar ends before it had its memory. */
  public Future<?> close(SavedState memory) {
    return loaded ? Future.join(save(memory), slotsSaved) : Future.succeededFuture();
  }

  /**
   * Writes HAProxy's state file where the slots changed; never fails.
   *
   * @param dump asks HAProxy for {@code show servers state}
   * @return once HAProxy has answered
   */
  public Future<Void> saveSlots(List<Slot> slots, Supplier<Future<String>> dump) {
    List<Signature> now = slots.stream().map(StateStore::signature).toList();
    if (now.equals(dumped)) {
      return Future.succeededFuture();
    }
    return dump.get()
        .<Void>map(text -> {
          String next = ServerStateFile.next(stateText, text, backends);
          dumped = now;
          if (unwritten || !ServerStateFile.same(stateText, next)) {
            stateText = next;
            slotsSaved = written(stateFile.write(next));
          } else {
            troubles.set(ComponentHealth.Component.STATE_FILE, null);
          }
          return null;
        })
        .otherwise(e -> {
          troubles.set(ComponentHealth.Component.STATE_FILE, e.getMessage());
          return null;
        });
  }

  /** Somebody may have removed the file, or changed it; or it could not be written. */
  private void restoreSlots() {
    var _ =
        written(
            stateFile
                .read()
                .otherwiseEmpty()
                .compose(text ->
                    stateText.equals(text) || stateText.isEmpty()
                        ? Future.succeededFuture()
                        : stateFile.write(stateText)));
  }

  /** What could not be written is asked for and written in the next pass. */
  private Future<@Nullable String> written(Future<Void> write) {
    return told(write, ComponentHealth.Component.STATE_FILE)
        .onSuccess(why -> {
          unwritten = why != null;
          if (unwritten) {
            dumped = List.of();
          }
        });
  }

  private Future<SavedState> putAside(String why) {
    String damaged = memoryFile + ".damaged";
    LOG.warn(
        "{}",
        Logfmt.of("memory-damaged")
            .with("file", memoryFile)
            .with("moved_to", damaged)
            .with("reason", why));
    return memoryFile.moveTo(damaged).map(SavedState.EMPTY);
  }

  /** Null, or why it failed. */
  private Future<@Nullable String> told(Future<Void> write, ComponentHealth.Component part) {
    return write.transform(result -> {
      String why = result.succeeded() ? null : result.cause().getMessage();
      troubles.set(part, why);
      return Future.succeededFuture(why);
    });
  }

  private record Signature(
      Object id, Object endpoint, Slot.Admin admin, boolean running, int weight) {}

  /** What of a slot the state file holds. */
  private static Signature signature(Slot slot) {
    Object endpoint = slot.endpoint() == null ? "" : slot.endpoint();
    return new Signature(slot.id(), endpoint, slot.admin(), slot.running(), slot.weight());
  }
}
