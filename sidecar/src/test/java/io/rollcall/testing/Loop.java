package io.rollcall.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Vert.x of one test, and one event-loop context of it to do all things on. */
public final class Loop implements AutoCloseable {
  private static final long SECONDS = 15;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  public Vertx vertx() {
    return vertx;
  }

  /** What this gives on the context. */
  public <T> T get(Callable<T> work) {
    return await(() -> Future.succeededFuture(work.call()));
  }

  /** What this comes to; throws the cause where it fails. */
  public <T> T await(Callable<Future<T>> work) {
    Future<T> done =
        Future.<Future<T>>future(promise ->
                context.runOnContext(_ -> {
                  try {
                    promise.complete(work.call());
                  } catch (Exception e) {
                    promise.fail(e);
                  }
                }))
            .compose(future -> future);
    try {
      return done.await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not done within " + SECONDS + " s", e);
    }
  }

  /** The line that the failure of this says. */
  public <T> String failure(Callable<Future<T>> work) {
    return await(() ->
        work.call()
            .transform(done ->
                done.succeeded()
                    ? Future.failedFuture("did not fail: " + done.result())
                    : Future.succeededFuture(String.valueOf(done.cause().getMessage()))));
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
