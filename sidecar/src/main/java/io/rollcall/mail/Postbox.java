package io.rollcall.mail;

import io.rollcall.core.Status;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Mails on their way: one after the other, each tried until the server accepts it, with longer and
 * longer pauses. That a mail was accepted is on disk before the next is tried, so none is sent
 * twice, but for one whose acceptance was lost with the connection or the process: that one goes
 * out again with the same Message-ID. Used on one context.
 */
public final class Postbox {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final InstantSource clock;
  private final Courier courier;
  private final Supplier<Future<Void>> save;
  private final Listener listener;

  private Spool spool = Spool.EMPTY;
  private boolean busy;
  private boolean closed;
  private int failures;
  private @Nullable Instant lastSentAt;
  private @Nullable String lastError;
  private @Nullable Instant lastErrorAt;

  /** What the owner is told, on its context. */
  public interface Listener {
    /** The server accepted it. */
    void accepted(Mail mail, List<String> refusedReceivers);

    /** Mail can't be delivered, in one line; null once it can. */
    void trouble(@Nullable String line);
  }

  /**
   * An empty one.
   *
   * @param save writes the spool to disk; never fails
   */
  public Postbox(
      Vertx vertx,
      InstantSource clock,
      Courier courier,
      Supplier<Future<Void>> save,
      Listener listener) {
    this.vertx = vertx;
    this.clock = clock;
    this.courier = courier;
    this.save = save;
    this.listener = listener;
  }

  /** Takes over what an earlier run left. */
  public void remember(Spool earlier) {
    spool = earlier;
  }

  /** What is to be on disk. */
  public Spool spool() {
    return spool;
  }

  /** Takes a mail in; it goes out with the next {@link #deliver}. */
  public void put(Mail mail) {
    spool = spool.with(mail);
  }

  /** Sends what waits, unless that is under way already; what waits has been saved. */
  public void deliver() {
    if (busy || closed || spool.mails().isEmpty()) {
      return;
    }
    busy = true;
    Mail mail = spool.mails().getFirst();
    var _ =
        courier
            .bring(vertx, mail)
            .onSuccess(refused -> accepted(mail, refused))
            .onFailure(e -> failed(mail, e));
  }

  /** Nothing goes out after this; what waits stays on disk. */
  public Future<Void> close() {
    closed = true;
    return courier.close();
  }

  public Status.Mail status() {
    return new Status.Mail(
        spool.mails().size(), spool.dropped(), lastSentAt, lastError, lastErrorAt);
  }

  private void accepted(Mail mail, List<String> refused) {
    spool = spool.without(mail);
    failures = 0;
    lastSentAt = clock.instant();
    error(refused.isEmpty() ? null : "refused for " + String.join(", ", refused));
    listener.trouble(lastError);
    listener.accepted(mail, refused);
    var _ =
        save.get()
            .onComplete(_ -> {
              busy = false;
              deliver();
            });
  }

  private void failed(Mail mail, Throwable e) {
    failures++;
    if (e instanceof Courier.Undelivered undelivered && undelivered.refused) {
      spool = spool.behind(mail);
    }
    error(String.valueOf(e.getMessage()));
    int waiting = spool.mails().size();
    listener.trouble(
        "%d %s undelivered: %s".formatted(waiting, waiting == 1 ? "mail" : "mails", lastError));
    vertx.setTimer(
        pause(),
        _ -> {
          busy = false;
          deliver();
        });
  }

  private void error(@Nullable String line) {
    lastError = line;
    lastErrorAt = line == null ? null : clock.instant();
  }

  private long pause() {
    long doubled = FIRST_PAUSE.toMillis() << Math.min(failures - 1, 10);
    return Math.min(doubled, LONGEST_PAUSE.toMillis());
  }
}
