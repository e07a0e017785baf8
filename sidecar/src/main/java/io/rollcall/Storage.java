package io.rollcall;

import io.rollcall.config.Settings;
import io.rollcall.core.Memory;
import io.rollcall.core.Slot;
import io.rollcall.files.WholeFile;
import io.rollcall.haproxy.StateText;
import io.rollcall.memory.MemoryText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept on disk: the sidecar's memory in {@code state.dir} and HAProxy's state file. Each is
 * written when it changed, whole, and one write ends before the next begins. A failure is a
 * trouble, never an end.
 */
final class Storage {
  private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

  private final Vertx vertx;
  private final Settings settings;
  private final Troubles troubles;
  private final WholeFile memoryFile;
  private final WholeFile stateFile;
  private final Set<String> backends;

  private @Nullable Memory saved;
  private String stateText = "";
  private List<Signature> written = List.of();

  Storage(Vertx vertx, Settings settings, Troubles troubles) {
    this.vertx = vertx;
    this.settings = settings;
    this.troubles = troubles;
    this.memoryFile = new WholeFile(vertx.fileSystem(), settings.stateDir().resolve("memory.json"));
    this.stateFile = new WholeFile(vertx.fileSystem(), settings.haproxy().stateFile());
    this.backends =
        settings.pools().stream().map(pool -> pool.backend()).collect(Collectors.toSet());
  }

  /** The memory that an earlier run left; a damaged one is put aside and told. */
  Future<Memory> load() {
    return vertx
        .fileSystem()
        .mkdirs(settings.stateDir().toString())
        .otherwiseEmpty()
        .compose(_ -> stateFile.read())
        .otherwise("")
        .compose(text -> {
          stateText = text;
          return memoryFile
              .read()
              .map(MemoryText::read)
              // the next save would replace it
              .otherwise(e -> new MemoryText.Read.Damaged(String.valueOf(e.getMessage())));
        })
        .compose(read ->
            switch (read) {
              case MemoryText.Read.Whole whole -> Future.succeededFuture(whole.memory());
              case MemoryText.Read.Damaged damaged -> putAside(damaged.why());
            })
        .recover(e -> {
          troubles.set(Troubles.Part.MEMORY, e.getMessage());
          return Future.succeededFuture(Memory.EMPTY);
        });
  }

  /** Writes the memory where it changed; never fails. */
  Future<Void> save(Memory memory) {
    if (memory.equals(saved)) {
      return Future.succeededFuture();
    }
    String text = MemoryText.write(memory);
    Future<Void> write =
        memoryFile
            .write(text)
            .recover(e ->
                // somebody may have removed the directory
                vertx
                    .fileSystem()
                    .mkdirs(settings.stateDir().toString())
                    .compose(_ -> memoryFile.write(text))
                    .recover(_ -> Future.failedFuture(e)));
    return told(write.onSuccess(_ -> saved = memory), Troubles.Part.MEMORY);
  }

  /**
   * Writes HAProxy's state file where the slots changed; never fails.
   *
   * @param dump asks HAProxy for {@code show servers state}
   */
  Future<Void> saveSlots(List<Slot> slots, Supplier<Future<String>> dump) {
    List<Signature> now = slots.stream().map(Storage::signature).toList();
    if (now.equals(written)) {
      return Future.succeededFuture();
    }
    Future<Void> saved =
        dump.get()
            .compose(text -> {
              String next = StateText.next(stateText, text, backends);
              return StateText.same(stateText, next)
                  ? Future.<Void>succeededFuture()
                  : stateFile.write(next).onSuccess(_ -> stateText = next);
            });
    return told(saved.onSuccess(_ -> written = now), Troubles.Part.STATE_FILE);
  }

  private Future<Memory> putAside(String why) {
    LOG.warn("{} is damaged ({}): put aside, starting without it", memoryFile, why);
    return memoryFile.moveTo(memoryFile + ".damaged").map(Memory.EMPTY);
  }

  private Future<Void> told(Future<Void> write, Troubles.Part part) {
    return write.transform(result -> {
      troubles.set(part, result.succeeded() ? null : result.cause().getMessage());
      return Future.succeededFuture();
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
