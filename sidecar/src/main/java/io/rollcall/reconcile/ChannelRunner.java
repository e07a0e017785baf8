package io.rollcall.reconcile;

import io.rollcall.alert.AlertText;
import io.rollcall.alert.Notification;
import io.rollcall.channel.AlertChannel;
import io.rollcall.channel.ChannelOutbox;
import io.rollcall.channel.ChannelSpool;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.status.AlertDelivery;
import io.rollcall.core.status.Status;
import io.rollcall.store.SavedDocument;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends notifications to the channels besides mail. Used on one context. */
public final class ChannelRunner {
  /** Alertmanager ends an alert that is not repeated within five minutes. */
  private static final Duration REPEAT = Duration.ofMinutes(1);

  private final SteadyClock clock;
  private final SavedDocument<ChannelSpool> document;
  private final ChannelOutbox outbox;
  private boolean started;
  private Instant repeatAt = Instant.EPOCH;

  /**
   * @param document keeps what is not delivered over restarts
   * @param journal receives the events of delivery
   * @param health receives one line while a channel does not work, null when all do
   */
  public ChannelRunner(
      Vertx vertx,
      SteadyClock clock,
      List<AlertChannel> channels,
      SavedDocument<ChannelSpool> document,
      Consumer<Event> journal,
      Consumer<@Nullable String> health) {
    this.clock = clock;
    this.document = document;
    this.outbox =
        new ChannelOutbox(vertx, clock, channels, this::save, new Results(journal, health));
  }

  Future<Void> start() {
    return document
        .load()
        .map(earlier -> {
          started = true;
          outbox.restore(earlier);
          outbox.deliver();
          return null;
        });
  }

  /** Adds a notification, with times of the wall clock. */
  void add(Notification notification, Status status, @Nullable String link) {
    if (!notification.alerts().isEmpty()) {
      String title = AlertText.brief(notification.alerts().getFirst());
      int more = notification.alerts().size() - 1;
      outbox.add(
          notification,
          more == 0 ? title : title + " and " + more + " more",
          status.balancer().name(),
          link);
    }
  }

  /**
   * Repeats what is open to the channels that forget, once a minute.
   *
   * @param open with times of the steady clock; null for nothing
   */
  void repeat(@Nullable Notification open, Status status, @Nullable String link) {
    Instant now = clock.instant();
    if (open == null) {
      repeatAt = now.plus(REPEAT);
    } else if (!now.isBefore(repeatAt)) {
      repeatAt = now.plus(REPEAT);
      outbox.repeat(open.withTimes(clock::wall), status.balancer().name(), link);
    }
  }

  boolean has(String channel) {
    return outbox.has(channel);
  }

  /** Sends a test to a channel that there is. */
  Future<@Nullable String> test(String channel, Status status, @Nullable String link) {
    outbox.addTest(channel, status.balancer().name(), link);
    return save().onSuccess(_ -> outbox.deliver()).map(_ -> null);
  }

  /** How many requests wait and were given up. */
  AlertDelivery delivery() {
    return new AlertDelivery(outbox.undelivered(), outbox.spool().dropped());
  }

  void deliver() {
    outbox.deliver();
  }

  Future<Void> save() {
    return started ? document.save(outbox.spool()).mapEmpty() : Future.succeededFuture();
  }

  Future<Void> close() {
    return outbox.close().transform(_ -> save());
  }

  /** Records what becomes of requests, but not that each one was accepted. */
  private record Results(Consumer<Event> journal, Consumer<@Nullable String> health)
      implements ChannelOutbox.ChannelListener {
    @Override
    public void accepted(String channel, String title) {
      record("sent to channel " + channel + ": " + title);
    }

    @Override
    public void dropped(String channel, String title, String why) {
      record("given up for channel " + channel + ": " + title + ": " + why);
    }

    @Override
    public void failing(@Nullable String line) {
      health.accept(line);
    }

    private void record(String text) {
      journal.accept(new Event(EventKind.MAIL, null, null, text));
    }
  }
}
