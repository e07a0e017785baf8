package io.rollcall.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One Vert.x context, for a test that stands outside of it. */
public final class EventLoop implements AutoCloseable {
  private static final int SECONDS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  public Vertx vertx() {
    return vertx;
  }

  /** The result of what the work started on the loop; its failure is thrown. */
  public <T> T get(Supplier<Future<T>> work) {
    try {
      return start(work).await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came of it", e);
    }
  }

  /** The result of work that is done at once. */
  public <T> T call(Callable<T> work) {
    return get(() -> {
      try {
        return Future.succeededFuture(work.call());
      } catch (Exception e) {
        return Future.failedFuture(e);
      }
    });
  }

  /** The line that the failure of what the work started says. */
  public String line(Supplier<? extends Future<?>> work) {
    return String.valueOf(failure(work).getMessage());
  }

  /** The failure of what the work started on the loop. */
  public Throwable failure(Supplier<? extends Future<?>> work) {
    return get(() ->
        work.get()
            .transform(result ->
                result.failed()
                    ? Future.succeededFuture(result.cause())
                    : Future.failedFuture(new AssertionError("succeeded: " + result.result()))));
  }

  /** Begins the work on the loop. */
  public <T> Future<T> start(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(_ -> {
      try {
        work.get().onComplete(promise);
      } catch (RuntimeException | AssertionError e) {
        promise.fail(e);
      }
    });
    return promise.future();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
