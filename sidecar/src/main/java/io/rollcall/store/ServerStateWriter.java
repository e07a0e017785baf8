package io.rollcall.store;

import io.rollcall.core.Component;
import io.rollcall.core.ComponentHealth;
import io.rollcall.core.model.Slot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes HAProxy's server-state file, from which HAProxy starts. It is written when a slot changed
 * in a way that the file records, and restored when somebody else changed or removed it. A failure
 * is reported and never ends anything. Used on one context.
 */
public final class ServerStateWriter {
  private final Vertx vertx;
  private final ComponentHealth health;
  private final AtomicFile file;
  private final BinaryOperator<String> nextText;

  private String text = "";

  /** What was recorded of the slots when {@link #text} was computed. */
  private List<RecordedSlot> recorded = List.of();

  private boolean unwritten;
  private Future<?> written = Future.succeededFuture();

  /**
   * Nothing is read yet.
   *
   * @param file in a directory that exists
   * @param nextText computes the file's next text from the present one, empty for none, and from
   *     HAProxy's dump; returns the present one where HAProxy would start the same from both
   */
  public ServerStateWriter(
      Vertx vertx, Path file, BinaryOperator<String> nextText, ComponentHealth health) {
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
        .otherwiseEmpty()
        .map(found -> {
          text = found == null ? "" : found;
          vertx.setPeriodic(interval.toMillis(), _ -> restore());
          return null;
        });
  }

  /**
   * Writes the file if the slots changed; never fails.
   *
   * @param dump asks HAProxy for {@code show servers state}
   * @return completes once HAProxy has answered; the disk is not waited for
   */
  public Future<Void> save(List<Slot> slots, Supplier<Future<String>> dump) {
    List<RecordedSlot> now = slots.stream().map(RecordedSlot::of).toList();
    if (now.equals(recorded)) {
      return Future.succeededFuture();
    }
    return dump.get()
        .<Void>map(answer -> {
          String next = nextText.apply(text, answer);
          recorded = now;
          if (unwritten || !next.equals(text)) {
            text = next;
            written = written(file.write(next));
          } else {
            health.report(Component.STATE_FILE, null);
          }
          return null;
        })
        .otherwise(e -> {
          health.report(Component.STATE_FILE, e.getMessage());
          return null;
        });
  }

  /** Completes once no write is under way. */
  public Future<?> close() {
    return written;
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
      Object id, @Nullable Object endpoint, Slot.Admin admin, boolean running, int weight) {
    static RecordedSlot of(Slot slot) {
      return new RecordedSlot(
          slot.id(), slot.endpoint(), slot.admin(), slot.running(), slot.weight());
    }
  }
}
