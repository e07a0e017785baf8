package io.rollcall.mail;

import io.rollcall.core.status.Status;
import io.rollcall.mail.Spool.Delivery;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Mails on their way: one after the other, and each to one receiver after the other, since servers
 * accept, put off and refuse by receiver. One that is put off pauses that receiver alone, longer
 * and longer; one refused for good, or put off for five days, is given up. What waits is on disk
 * before it is tried, and that it was accepted before the next is tried; so none is sent twice, but
 * for one whose acceptance was lost with the connection or the process: that one goes out again
 * with the same Message-ID. Used on one context.
 */
public final class Outbox {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** RFC 5321, 4.5.4.1: the time to give up is four to five days at least. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(5);

  /** For the server's word on what is under way at the end. */
  private static final Duration LAST_WORD = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final InstantSource clock;
  private final SmtpSender courier;
  private final Supplier<Future<Void>> save;
  private final DeliveryListener listener;

  /** Receivers whose last try failed. */
  private final Map<String, Failure> failures = new TreeMap<>();

  private final Set<String> paused = new HashSet<>();
  private Spool spool = Spool.EMPTY;
  private Future<Void> underWay = Future.succeededFuture();
  private boolean closed;
  private @Nullable Instant lastSentAt;

  private record Failure(int tries, String line, Instant at) {}

  /** What the owner is told, on its context. */
  public interface DeliveryListener {
    /** The server accepted it for one of its receivers. */
    void accepted(OutgoingMail mail, String to);

    /** It will not be tried again for a receiver. */
    void dropped(OutgoingMail mail, String to, String why);

    /** Mail can't be delivered, in one line; null once it can. */
    void trouble(@Nullable String line);
  }

  /**
   * An empty one.
   *
   * @param save writes the spool to disk where it changed; never fails
   */
  public Outbox(
      Vertx vertx,
      InstantSource clock,
      SmtpSender courier,
      Supplier<Future<Void>> save,
      DeliveryListener listener) {
    this.vertx = vertx;
    this.clock = clock;
    this.courier = courier;
    this.save = save;
    this.listener = listener;
  }

  /** Takes over what an earlier run left, perhaps for receivers that were corrected since. */
  public void remember(Spool earlier) {
    spool = earlier.readdressed(courier.server().to());
  }

  /** What is to be on disk. */
  public Spool spool() {
    return spool;
  }

  /** Takes a mail in; it goes out with the next {@link #deliver}. */
  public void put(OutgoingMail mail) {
    spool = spool.with(mail);
  }

  /** Saves and sends what waits and may go now, unless that is under way already. */
  public void deliver() {
    Delivery next = spool.first(to -> !paused.contains(to));
    if (next == null || closed || !underWay.isComplete()) {
      return;
    }
    underWay =
        save.get()
            .compose(_ -> courier.bring(vertx, next.mail(), next.to()))
            .transform(result -> {
              tried(next, result);
              return save.get();
            });
    var _ = underWay.onComplete(_ -> deliver());
  }

  /** No other mail goes out after this, and what waits stays on disk. */
  public Future<Void> close() {
    closed = true;
    return underWay
        .timeout(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS)
        .transform(_ -> courier.close());
  }

  public Status.MailStatus status() {
    Failure last = lastFailure();
    return new Status.MailStatus(
        spool.mails().size(),
        spool.dropped(),
        lastSentAt,
        last == null ? null : last.line(),
        last == null ? null : last.at());
  }

  private void tried(Delivery it, AsyncResult<Void> result) {
    if (result.succeeded()) {
      spool = spool.without(it);
      failures.remove(it.to());
      lastSentAt = clock.instant();
      listener.accepted(it.mail(), it.to());
    } else {
      failed(it, result.cause());
    }
    listener.trouble(trouble());
  }

  private void failed(Delivery it, Throwable e) {
    String line = String.valueOf(e.getMessage());
    Instant now = clock.instant();
    Failure before = failures.get(it.to());
    int tries = before == null ? 1 : before.tries() + 1;
    failures.put(it.to(), new Failure(tries, line, now));
    SmtpSender.Retry next = e instanceof SmtpSender.Undelivered u ? u.next : SmtpSender.Retry.LATER;
    if (next == SmtpSender.Retry.NEVER || it.mail().at().isBefore(now.minus(LONGEST_WAIT))) {
      spool = spool.dropping(it);
      listener.dropped(it.mail(), it.to(), line);
      return;
    }
    if (next == SmtpSender.Retry.BEHIND) {
      spool = spool.behind(it);
    }
    paused.add(it.to());
    vertx.setTimer(
        pause(tries),
        _ -> {
          paused.remove(it.to());
          deliver();
        });
  }

  private @Nullable String trouble() {
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
    return Math.min(doubled, LONGEST_PAUSE.toMillis());
  }
}
