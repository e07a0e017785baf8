package io.rollcall.serf;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Reads one open FIFO on a thread of its own and passes the lines of each read to the context at
 * once. It waits until they are processed: while the event loop is slow, the rest stays in the
 * kernel's 64 KiB, and the handlers drop what does not fit.
 *
 * <p>The thread is a platform thread: a virtual one that reads a FIFO cannot be stopped (JDK 25,
 * its interrupt and close hang).
 */
final class PipeReader {
  private static final int READ_BYTES = 16 * 1024;

  private final FileChannel channel;
  private final Context context;
  private final Consumer<List<EventLine>> lines;
  private final Promise<String> ended = Promise.promise();
  private final Thread thread;

  PipeReader(FileChannel channel, Context context, Consumer<List<EventLine>> lines) {
    this.channel = channel;
    this.context = context;
    this.lines = lines;
    this.thread = Thread.ofPlatform().daemon().name("rollcall-pipe").unstarted(this::read);
  }

  /** Completes on the context with the reason, in a few words, when the FIFO is closed. */
  Future<String> start() {
    thread.start();
    return ended.future();
  }

  /** Stops reading; completes when the FIFO is closed. */
  Future<Void> close() {
    thread.interrupt();
    return ended.future().mapEmpty();
  }

  private void read() {
    String reason = readToEnd();
    context.runOnContext(_ -> ended.complete(reason));
  }

  private String readToEnd() {
    var framing = new LineFraming();
    var bytes = ByteBuffer.allocateDirect(READ_BYTES);
    try (channel) {
      while (channel.read(bytes.clear()) >= 0) {
        List<EventLine> batch = framing.lines(bytes.flip());
        if (!batch.isEmpty()) {
          process(batch);
        }
      }
      return "end of file";
    } catch (InterruptedException _) {
      return "closed";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void process(List<EventLine> batch) throws InterruptedException {
    var processed = new CountDownLatch(1);
    context.runOnContext(_ -> {
      try {
        lines.accept(batch);
      } finally {
        processed.countDown();
      }
    });
    processed.await();
  }
}
