package io.rollcall.mail;

import io.rollcall.core.SteadyClock;
import io.rollcall.core.status.Status;
import io.rollcall.mail.Spool.Delivery;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers mails one after the other, and each to one receiver after the other, because servers
 * accept, defer and refuse by receiver. A deferred delivery pauses its receiver only, for longer
 * after each failure; one that is refused, or deferred for five days, is given up.
 *
 * <p>A mail is saved before it is tried, and its acceptance is saved before the next one is tried.
 * So none is sent twice, except for one whose acceptance was lost with the connection or the
 * process: it is sent again with the same Message-ID.
 *
 * <p>Used on one context.
 */
public final class Outbox {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

  /** RFC 5321, 4.5.4.1: at least four to five days until a mail is given up. */
  private static final Duration MAX_AGE = Duration.ofDays(5);

  /** How long {@link #close} waits for the server's reply to a mail that is being sent. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final SteadyClock clock;
  private final SmtpSender sender;
  private final Supplier<Future<Void>> save;
  private final DeliveryListener listener;

  /** By receiver, if its last try failed. */
  private final Map<String, Failure> failures = new TreeMap<>();

  private final Set<String> paused = new HashSet<>();
  private Spool spool = Spool.EMPTY;
  private Future<Void> delivery = Future.succeededFuture();
  private boolean closed;
  private @Nullable Instant lastSentAt;

  private record Failure(int tries, String line, Instant at) {}

  /** Receives the results, on the outbox's context. */
  public interface DeliveryListener {
    /**
     * The server accepted the mail for one of its receivers.
     *
     * @param last no other receiver is left
     */
    void accepted(OutgoingMail mail, String to, boolean last);

    /** The mail was given up for a receiver. */
    void dropped(OutgoingMail mail, String to, String why);

    /** Why mail can't be delivered, one line; null once it can. */
    void failing(@Nullable String line);
  }

  /**
   * An empty one.
   *
   * @param save writes the spool to disk if it changed; never fails
   */
  public Outbox(
      Vertx vertx,
      SteadyClock clock,
      SmtpSender sender,
      Supplier<Future<Void>> save,
      DeliveryListener listener) {
    this.vertx = vertx;
    this.clock = clock;
    this.sender = sender;
    this.save = save;
    this.listener = listener;
  }

  /** Continues with the mails of an earlier run, for the receivers that are configured now. */
  public void restore(Spool earlier) {
    spool = earlier.readdressed(sender.server().to());
  }

  /** The mails that must be on disk. */
  public Spool spool() {
    return spool;
  }

  /** Adds a mail, to be sent by the next {@link #deliver}. */
  public void add(OutgoingMail mail) {
    spool = spool.with(mail);
  }

  /** Saves and sends all mails that are not paused; does nothing while that is in progress. */
  public void deliver() {
    Delivery next = spool.first(to -> !paused.contains(to));
    if (next == null || closed || !delivery.isComplete()) {
      return;
    }
    delivery =
        save.get()
            .compose(_ -> sender.send(vertx, next.mail(), next.to()))
            .transform(result -> {
              completed(next, result);
              return save.get();
            });
    var _ = delivery.onComplete(_ -> deliver());
  }

  /** Sends no further mail; the rest stays on disk. */
  public Future<Void> close() {
    closed = true;
    return delivery
        .timeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .transform(_ -> sender.close());
  }

  public Status.MailStatus status() {
    Failure last = lastFailure();
    return new Status.MailStatus(
        spool.mails().size(),
        spool.dropped(),
        lastSentAt == null ? null : clock.wall(lastSentAt),
        last == null ? null : last.line(),
        last == null ? null : clock.wall(last.at()));
  }

  private void completed(Delivery tried, AsyncResult<Void> result) {
    if (result.succeeded()) {
      spool = spool.without(tried);
      failures.remove(tried.to());
      lastSentAt = clock.instant();
      boolean last = spool.mails().stream().noneMatch(mail -> mail.id().equals(tried.mail().id()));
      listener.accepted(tried.mail(), tried.to(), last);
    } else {
      failed(tried, result.cause());
    }
    listener.failing(failing());
  }

  private void failed(Delivery tried, Throwable e) {
    String line = String.valueOf(e.getMessage());
    Instant now = clock.instant();
    Failure before = failures.get(tried.to());
    int tries = before == null ? 1 : before.tries() + 1;
    failures.put(tried.to(), new Failure(tries, line, now));
    SmtpSender.Retry retry =
        e instanceof SmtpSender.DeliveryException failed ? failed.retry : SmtpSender.Retry.LATER;
    if (retry == SmtpSender.Retry.NEVER || tried.mail().at().isBefore(now.minus(MAX_AGE))) {
      spool = spool.dropping(tried);
      listener.dropped(tried.mail(), tried.to(), line);
      return;
    }
    if (retry == SmtpSender.Retry.AFTER_OTHERS) {
      spool = spool.deferring(tried);
    }
    paused.add(tried.to());
    vertx.setTimer(
        pause(tries),
        _ -> {
          paused.remove(tried.to());
          deliver();
        });
  }

  private @Nullable String failing() {
    Failure last = lastFailure();
    if (last == null) {
      return null;
    }
    int waiting = spool.mails().size();
    return waiting == 0
        ? last.line()
        : "%d %s undelivered: %s".formatted(waiting, waiting == 1 ? "mail" : "mails", last.line());
  }

  private @Nullable Failure lastFailure() {
    return failures.values().stream().max(Comparator.comparing(Failure::at)).orElse(null);
  }

  private static long pause(int tries) {
    long doubled = FIRST_PAUSE.toMillis() << Math.min(tries - 1, 10);
    return Math.min(doubled, MAX_PAUSE.toMillis());
  }
}
