package io.rollcall.serf;

import io.rollcall.core.control.MemberInput;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The FIFO that Serf's handlers write, as batches of lines on the context that made it; all methods
 * are called there. The path is inspected each second: a pipe that appears late, is repaired or is
 * replaced by another is opened within that time.
 */
final class EventPipe {
  private static final long INSPECTION_MS = 1000;

  private final Vertx vertx;
  private final Context context;
  private final Path path;
  private final Consumer<List<EventLine>> lines;
  private final Consumer<MemberInput> states;

  private @Nullable OpenPipe opened;
  private @Nullable MemberInput reported;
  private Future<?> inspection = Future.succeededFuture();
  private boolean closed;
  private long timer = -1;

  private record OpenPipe(PipeFile file, PipeReader reader) {}

  /**
   * @param lines receives the lines of one read, in order; the pipe is not read on until it returns
   * @param states receives {@link MemberInput.PipeOpened} each time a pipe is opened, and {@link
   *     MemberInput.PipeFailed} each time the reason changes. A pipe that was open and is removed
   *     is still read.
   */
  EventPipe(Vertx vertx, Path path, Consumer<List<EventLine>> lines, Consumer<MemberInput> states) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.path = path;
    this.lines = lines;
    this.states = states;
  }

  /** Starts to inspect the path. */
  void start() {
    PipeFile file = opened == null ? null : opened.file();
    inspection =
        context
            .executeBlocking(() -> PipeFile.inspect(path, file))
            .onComplete(_ -> timer = vertx.setTimer(INSPECTION_MS, _ -> start()))
            .onSuccess(this::inspected)
            .onFailure(e -> failed(String.valueOf(e)));
  }

  /** Stops reading; completes when the FIFO is closed. Nothing is reported after it. */
  Future<Void> close() {
    closed = true;
    return inspection.transform(_ -> {
      vertx.cancelTimer(timer);
      return opened == null ? Future.succeededFuture() : opened.reader().close();
    });
  }

  private void inspected(PipeFile.Inspection found) {
    switch (found) {
      case PipeFile.Inspection.SameFifo _ -> report(new MemberInput.PipeOpened());
      case PipeFile.Inspection.NoFifo(var reason) -> failed(reason);
      case PipeFile.Inspection.NewFifo fifo -> read(fifo);
    }
  }

  private void read(PipeFile.Inspection.NewFifo fifo) {
    if (opened != null) {
      opened.reader().close().onComplete(_ -> {});
    }
    var reader = new PipeReader(fifo.channel(), context, this::receive);
    opened = new OpenPipe(fifo.file(), reader);
    reported = null;
    report(new MemberInput.PipeOpened());
    reader.start().onSuccess(reason -> ended(reader, reason));
  }

  private void receive(List<EventLine> batch) {
    if (!closed) {
      lines.accept(batch);
    }
  }

  private void ended(PipeReader reader, String reason) {
    if (opened != null && opened.reader() == reader) {
      opened = null;
      failed(reason);
    }
  }

  private void failed(String reason) {
    report(new MemberInput.PipeFailed("pipe " + path + ": " + reason));
  }

  private void report(MemberInput state) {
    if (!closed && !state.equals(reported)) {
      reported = state;
      states.accept(state);
    }
  }
}
