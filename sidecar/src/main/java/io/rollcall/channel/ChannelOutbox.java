package io.rollcall.channel;

import io.rollcall.alert.Notification;
import io.rollcall.channel.ChannelSpool.SpooledRequest;
import io.rollcall.core.SteadyClock;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers notifications to the channels, to each in order and independent of the others. A failed
 * request pauses its channel, for longer after each failure; one that is refused for good, or older
 * than five days, is given up. A request is saved before it is tried. Used on one context.
 */
public final class ChannelOutbox {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(60);
  private static final Duration MAX_AGE = Duration.ofDays(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final SteadyClock clock;
  private final Map<String, AlertChannel> channels = new TreeMap<>();
  private final ChannelSender sender;
  private final Supplier<Future<Void>> save;
  private final ChannelListener listener;
  private final Map<String, Future<Void>> sending = new HashMap<>();
  private final Map<String, Integer> tries = new HashMap<>();
  private final Map<String, String> failures = new TreeMap<>();
  private final Set<String> paused = new HashSet<>();
  private ChannelSpool spool = ChannelSpool.EMPTY;
  private long lastId;
  private boolean closed;

  /** Receives the results, on the outbox's context. */
  public interface ChannelListener {
    /** The receiver accepted the request. */
    void accepted(String channel, String title);

    /** The request was given up. */
    void dropped(String channel, String title, String why);

    /** Why a channel does not work, one line; null once all do. */
    void failing(@Nullable String line);
  }

  /**
   * An empty one.
   *
   * @param save writes the spool to disk if it changed; never fails
   */
  public ChannelOutbox(
      Vertx vertx,
      SteadyClock clock,
      List<AlertChannel> channels,
      Supplier<Future<Void>> save,
      ChannelListener listener) {
    this.vertx = vertx;
    this.clock = clock;
    channels.forEach(channel -> this.channels.put(channel.name(), channel));
    this.sender = new ChannelSender(vertx);
    this.save = save;
    this.listener = listener;
  }

  /** Continues with what an earlier run left, for the channels that are configured now. */
  public void restore(ChannelSpool earlier) {
    spool = earlier.of(channels::containsKey);
  }

  /** What must be on disk. */
  public ChannelSpool spool() {
    return spool;
  }

  public boolean has(String channel) {
    return channels.containsKey(channel);
  }

  /** By channel, how many requests wait. */
  public Map<String, Long> undelivered() {
    var counts = new TreeMap<String, Long>();
    channels.keySet().forEach(channel -> counts.put(channel, 0L));
    spool.pending().forEach(one -> counts.merge(one.channel(), 1L, Long::sum));
    return counts;
  }

  /**
   * Adds a notification for each channel that takes one of its alerts, to be sent by {@link
   * #deliver}.
   *
   * @param notification with times of the wall clock
   */
  public void add(
      Notification notification, String title, @Nullable String balancer, @Nullable String link) {
    var messages = new ChannelMessages(balancer, link, clock.wall(clock.instant()));
    channels
        .values()
        .forEach(channel ->
            messages
                .bodies(channel, notification)
                .forEach(body -> add(channel, notification.id(), title, body)));
  }

  /** Repeats what is open, to the channels that forget. Never saved: the next one is the same. */
  public void repeat(Notification open, @Nullable String balancer, @Nullable String link) {
    var messages = new ChannelMessages(balancer, link, clock.wall(clock.instant()));
    channels.values().stream()
        .filter(channel -> channel.type() == AlertChannel.ChannelType.ALERTMANAGER)
        .filter(channel -> spool.first(channel.name()) == null)
        .forEach(channel ->
            messages
                .bodies(channel, open)
                .forEach(body -> {
                  var _ = sender.send(channel, open.id(), body, clock.wall(clock.instant()));
                }));
  }

  /** Adds a test for one channel. */
  public void addTest(String name, @Nullable String balancer, @Nullable String link) {
    AlertChannel channel = channels.get(name);
    if (channel != null) {
      var messages = new ChannelMessages(balancer, link, clock.wall(clock.instant()));
      String id = "rollcall-test-" + clock.instant().toEpochMilli();
      messages.test(channel, id).forEach(body -> add(channel, id, "test", body));
    }
  }

  private void add(AlertChannel channel, String id, String title, String body) {
    String unique = id + "-" + channel.name() + "-" + ++lastId;
    spool = spool.with(new SpooledRequest(unique, channel.name(), clock.instant(), title, body));
  }

  /** Saves and sends all that is not paused. */
  public void deliver() {
    channels.values().forEach(this::deliver);
  }

  private void deliver(AlertChannel channel) {
    SpooledRequest next = spool.first(channel.name());
    Future<Void> before = sending.get(channel.name());
    if (next == null
        || closed
        || paused.contains(channel.name())
        || (before != null && !before.isComplete())) {
      return;
    }
    Future<Void> sent =
        save.get()
            .compose(_ -> sender.send(channel, next.id(), next.body(), clock.wall(clock.instant())))
            .transform(result -> {
              completed(channel, next, result);
              return save.get();
            });
    sending.put(channel.name(), sent);
    var _ = sent.onComplete(_ -> deliver(channel));
  }

  private void completed(AlertChannel channel, SpooledRequest tried, AsyncResult<Void> result) {
    if (result.succeeded()) {
      spool = spool.without(tried);
      tries.remove(channel.name());
      failures.remove(channel.name());
      listener.accepted(channel.name(), tried.title());
    } else {
      failed(channel, tried, result.cause());
    }
    listener.failing(failures.values().stream().findFirst().orElse(null));
  }

  private void failed(AlertChannel channel, SpooledRequest tried, Throwable e) {
    String line = String.valueOf(e.getMessage());
    failures.put(channel.name(), line);
    boolean forEver = e instanceof ChannelSender.RefusedException refused && refused.forEver;
    if (forEver || tried.at().isBefore(clock.instant().minus(MAX_AGE))) {
      spool = spool.dropping(tried);
      listener.dropped(channel.name(), tried.title(), line);
      return;
    }
    int count = tries.merge(channel.name(), 1, Integer::sum);
    long pause = Math.min(FIRST_PAUSE.toMillis() << Math.min(count - 1, 10), MAX_PAUSE.toMillis());
    paused.add(channel.name());
    vertx.setTimer(
        pause,
        _ -> {
          paused.remove(channel.name());
          deliver(channel);
        });
  }

  /** Sends nothing more; the rest stays on disk. */
  public Future<Void> close() {
    closed = true;
    return Future.join(List.copyOf(sending.values()))
        .timeout(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .transform(_ -> Future.succeededFuture());
  }
}
