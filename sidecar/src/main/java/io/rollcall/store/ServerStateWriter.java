package io.rollcall.store;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.Component;
import io.rollcall.core.ComponentHealth;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.logging.Logfmt;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes HAProxy's server-state file, from which HAProxy starts. It is written when a slot changed
 * in a way that the file records, and restored when somebody else changed or removed it. A failure
 * is reported and never ends anything. Used on one context.
 */
public final class ServerStateWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ServerStateWriter.class);

  private final Vertx vertx;
  private final ComponentHealth health;
  private final AtomicFile file;
  private final NextText nextText;

  private String text = "";

  /** What was recorded of the slots when {@link #text} was computed. */
  private List<RecordedSlot> recorded = List.of();

  private boolean unwritten;
  private Future<Void> saved = Future.succeededFuture();

  /** Computes the next text of the file. */
  public interface NextText {
    /**
     * The next text; the present one where HAProxy would start the same from both.
     *
     * @param present empty for none
     * @param dump {@code show servers state} of all backends
     * @param slots the servers of which the file has rows
     */
    String next(String present, String dump, Set<SlotId> slots);
  }

  /**
   * Nothing is read yet.
   *
   * @param file in a directory that exists
   */
  public ServerStateWriter(Vertx vertx, Path file, NextText nextText, ComponentHealth health) {
    this.vertx = vertx;
    this.health = health;
    this.file = AtomicFile.at(vertx, file);
    this.nextText = nextText;
  }

  /**
   * Reads the file of an earlier run, and from then on compares it in this interval; never fails.
   */
  public Future<Void> start(Duration interval) {
    return file.read()
        .recover(this::putAside)
        .otherwiseEmpty()
        .map(found -> {
          text = found == null ? "" : found;
          vertx.setPeriodic(interval.toMillis(), _ -> restore());
          return null;
        });
  }

  /** A file that is too large is no file of this program. */
  private Future<@Nullable String> putAside(Throwable e) {
    if (!(e.getCause() instanceof AtomicFile.TooLargeException)) {
      return Future.failedFuture(e);
    }
    String name = file + ".damaged";
    LOG.warn(
        "{}",
        Logfmt.of("file-damaged")
            .with("file", file)
            .with("reason", e.getMessage())
            .with("renamed_to", name));
    return file.moveTo(name).mapEmpty();
  }

  /**
   * Writes the file if the slots changed; never fails.
   *
   * @param dump asks HAProxy for {@code show servers state}
   * @return completes once it is written, or a failure is reported
   */
  @CanIgnoreReturnValue
  public Future<Void> save(List<Slot> slots, Supplier<Future<String>> dump) {
    List<RecordedSlot> now = slots.stream().map(RecordedSlot::of).toList();
    if (!now.equals(recorded)) {
      saved = write(slots, now, dump);
    }
    return saved;
  }

  private Future<Void> write(
      List<Slot> slots, List<RecordedSlot> now, Supplier<Future<String>> dump) {
    return dump.get()
        .compose(answer -> {
          String next =
              nextText.next(text, answer, slots.stream().map(Slot::id).collect(Collectors.toSet()));
          recorded = now;
          if (unwritten || !next.equals(text)) {
            text = next;
            return written(file.write(next));
          }
          health.report(Component.STATE_FILE, null);
          return Future.<Void>succeededFuture();
        })
        .otherwise(e -> {
          health.report(Component.STATE_FILE, e.getMessage());
          return null;
        });
  }

  /** Completes once what was saved is on the disk, or could not be written; never fails. */
  public Future<Void> settled() {
    return saved;
  }

  private void restore() {
    var _ =
        written(
            file.read()
                .otherwiseEmpty()
                .compose(found ->
                    text.equals(found) || text.isEmpty()
                        ? Future.succeededFuture()
                        : file.write(text)));
  }

  /** After a failure HAProxy is asked again, and the file written, in the next pass. */
  private Future<Void> written(Future<Void> write) {
    return write.transform(result -> {
      unwritten = result.failed();
      health.report(Component.STATE_FILE, unwritten ? result.cause().getMessage() : null);
      if (unwritten) {
        recorded = List.of();
      }
      return Future.succeededFuture();
    });
  }

  /** What the file records of a slot. */
  private record RecordedSlot(
      Object id,
      @Nullable Object endpoint,
      Slot.Admin admin,
      boolean running,
      int weight,
      int configured) {
    static RecordedSlot of(Slot slot) {
      return new RecordedSlot(
          slot.id(),
          slot.endpoint(),
          slot.admin(),
          slot.running(),
          slot.weight(),
          slot.configured().weight());
    }
  }
}
