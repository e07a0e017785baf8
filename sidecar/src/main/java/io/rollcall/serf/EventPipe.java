package io.rollcall.serf;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The FIFO that Serf's handlers write, as batches of lines on the context it is made on; all its
 * methods are called there. It looks at the path each second: a pipe that comes late, is mended or
 * replaced by another is opened within that time.
 */
public final class EventPipe {
  private static final long LOOK_EVERY_MS = 1000;

  private final Vertx vertx;
  private final Context context;
  private final Path path;
  private final Handler<List<EventLine>> lines;
  private final Handler<PipeState> states;

  private @Nullable OpenPipe opened;
  private @Nullable PipeState reported;
  private Future<?> looking = Future.succeededFuture();
  private boolean closed;
  private long timer = -1;

  private record OpenPipe(PipeFile file, PipeReader reader) {}

  /**
   * @param lines gets the lines of one read, in order; the pipe is not read on until it returns
   * @param states gets each change, and {@code Open} each time a pipe is opened
   */
  public EventPipe(
      Vertx vertx, Path path, Handler<List<EventLine>> lines, Handler<PipeState> states) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.path = path;
    this.lines = lines;
    this.states = states;
  }

  /** Begins to look; what it finds is told to the handlers. */
  public void start() {
    PipeFile file = opened == null ? null : opened.file();
    looking =
        context
            .executeBlocking(() -> PipeFile.look(path, file))
            .onComplete(_ -> timer = vertx.setTimer(LOOK_EVERY_MS, _ -> start()))
            .onSuccess(this::take)
            .onFailure(e -> report(new PipeState.Failed("pipe " + path + ": " + e)));
  }

  /** Ends the reading; completes when the FIFO is closed. The handlers are not called again. */
  public Future<Void> close() {
    closed = true;
    return looking.transform(_ -> {
      vertx.cancelTimer(timer);
      return opened == null ? Future.succeededFuture() : opened.reader().close();
    });
  }

  private void take(PipeFile.Look look) {
    switch (look) {
      case PipeFile.Look.Same _ -> report(new PipeState.Open());
      case PipeFile.Look.Unusable wrong -> report(wrong.state());
      case PipeFile.Look.NewPipe found -> read(found);
    }
  }

  private void read(PipeFile.Look.NewPipe found) {
    if (opened != null) {
      opened.reader().close().onComplete(_ -> {});
    }
    var reader = new PipeReader(found.channel(), context, this::handOver);
    opened = new OpenPipe(found.file(), reader);
    reported = null;
    report(new PipeState.Open());
    reader.start().onSuccess(why -> ended(reader, why));
  }

  private void handOver(List<EventLine> batch) {
    if (!closed) {
      lines.handle(batch);
    }
  }

  private void ended(PipeReader reader, String why) {
    if (opened != null && opened.reader() == reader) {
      opened = null;
      report(new PipeState.Failed("pipe " + path + ": " + why));
    }
  }

  private void report(PipeState state) {
    if (!closed && !state.equals(reported)) {
      reported = state;
      states.handle(state);
    }
  }
}
