package io.rollcall.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread for the work on one file or folder, one task after the other. A disk that hangs, such as
 * a network file system, blocks this thread alone: a task fails after 5 s, although it may complete
 * later, and until then all other tasks fail at once. Used on one context.
 */
public final class DiskWorker {
  private static final int TIMEOUT_SECONDS = 5;

  private final String what;
  private final WorkerExecutor thread;
  private boolean hangs;

  /**
   * @param what the file or folder, as it follows a verb; two of the same name share the thread
   */
  public DiskWorker(Vertx vertx, String what) {
    this.what = what;
    // or Vert.x would warn every second while the thread waits for a disk
    this.thread = vertx.createSharedWorkerExecutor("disk: " + what, 1, 1, TimeUnit.HOURS);
  }

  /**
   * The result of the work. Fails with one line, {@code can't VERB WHAT: REASON}, and the cause.
   *
   * @param work may block
   */
  public <T> Future<T> run(String verb, Callable<T> work) {
    if (hangs) {
      return failed(verb, new TimeoutException());
    }
    Future<T> done = thread.executeBlocking(work).onComplete(_ -> hangs = false);
    return done.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .recover(e -> {
          hangs = !done.isComplete();
          return failed(verb, e);
        });
  }

  /** No work is accepted after this. */
  public Future<Void> close() {
    return thread.close();
  }

  private <T> Future<T> failed(String verb, Throwable e) {
    return Future.failedFuture(
        new IOException("can't %s %s: %s".formatted(verb, what, reason(e)), e));
  }

  private static String reason(Throwable e) {
    return switch (e) {
      case TimeoutException _ -> "timed out after " + TIMEOUT_SECONDS + " s";
      case NoSuchFileException _ -> "its directory is missing";
      case FileAlreadyExistsException _ -> "a file is where its directory should be";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
