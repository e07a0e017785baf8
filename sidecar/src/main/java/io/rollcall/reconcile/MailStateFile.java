package io.rollcall.reconcile;

import io.rollcall.mail.MailState;
import io.rollcall.store.AtomicFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file {@code mail.json} of {@code state.dir}. Used on one context. */
final class MailStateFile {
  private static final Logger LOG = LoggerFactory.getLogger(MailStateFile.class);

  private final AtomicFile file;

  /** What the file holds, or will hold once {@link #pending} completes; null if that failed. */
  private @Nullable MailState saved;

  private Future<Void> pending = Future.succeededFuture();
  private boolean unwritable;

  MailStateFile(Vertx vertx, Path stateDir) {
    this.file = AtomicFile.in(vertx, stateDir, "mail.json");
  }

  /**
   * Reads the state of an earlier run; never fails. A damaged file is renamed and not used.
   *
   * @param hanging receives one line at each try while the disk does not answer
   */
  Future<MailState> read(Consumer<String> hanging) {
    return file.readAtLast(hanging)
        .map(text -> text == null ? MailState.EMPTY : MailState.read(text))
        .otherwise(e -> {
          LOG.warn("{}", e.getMessage());
          return null;
        })
        .compose(state -> state == null ? putAside() : Future.succeededFuture(state))
        .onSuccess(state -> saved = state);
  }

  /** Writes the state if it changed; never fails: while the disk fails the write is repeated. */
  Future<Void> write(MailState state) {
    if (!state.equals(saved)) {
      saved = state;
      pending =
          file.write(state.text())
              .transform(result -> {
                if (result.failed()) {
                  failed(state, result.cause());
                } else {
                  unwritable = false;
                }
                return Future.succeededFuture();
              });
    }
    return pending;
  }

  private void failed(MailState state, Throwable e) {
    if (!unwritable) {
      LOG.warn("{}", e.getMessage());
    }
    unwritable = true;
    if (state.equals(saved)) {
      saved = null;
    }
  }

  private Future<MailState> putAside() {
    String name = file + ".damaged";
    LOG.warn("{} is damaged: renamed to {}, starting with an empty state", file, name);
    return file.moveTo(name).otherwiseEmpty().map(MailState.EMPTY);
  }
}
