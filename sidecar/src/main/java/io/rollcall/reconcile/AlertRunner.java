package io.rollcall.reconcile;

import io.rollcall.alert.AlertPolicy;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.AlertTimings;
import io.rollcall.alert.DriftHistory;
import io.rollcall.alert.Findings;
import io.rollcall.core.Component;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.status.AlertDelivery;
import io.rollcall.core.status.Status;
import io.rollcall.mail.MailState;
import io.rollcall.mail.NotificationMail;
import io.rollcall.mail.Outbox;
import io.rollcall.mail.OutgoingMail;
import io.rollcall.mail.SmtpSender;
import io.rollcall.mail.SmtpServer;
import io.rollcall.mail.Spool;
import io.rollcall.store.SavedDocument;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends alerts by mail: evaluates the status twice a second, writes the notifications that the
 * policy decides on, and saves all of it before a mail is sent. Mails are sent even while the disk
 * fails. Used on one context.
 */
public final class AlertRunner {
  private static final String MAIL = "mail";
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final SteadyClock clock;
  private final AlertTimings timings;
  private final Map<String, Double> holdBelow;
  private final AlertSource source;
  private final Consumer<Event> journal;
  private final Consumer<@Nullable String> health;
  private final @Nullable SmtpServer server;
  private final SavedDocument<MailState> document;
  private final @Nullable Outbox outbox;
  private final ChannelRunner channels;

  /** What an earlier run left, while no mail is configured. */
  private Spool unsent = Spool.EMPTY;

  private AlertState state = AlertState.EMPTY;
  private boolean started;

  /**
   * @param document what this keeps over restarts: open incidents, and mails that wait
   * @param holdBelow by pool, the share of its servers below which its capacity is low
   * @param journal receives the events of delivery
   * @param health receives one line while mail cannot be delivered, null when it can
   * @param sender null for no mail
   */
  public AlertRunner(
      Vertx vertx,
      SteadyClock clock,
      @Nullable SmtpSender sender,
      AlertTimings timings,
      Map<String, Double> holdBelow,
      SavedDocument<MailState> document,
      AlertSource source,
      Consumer<Event> journal,
      Consumer<@Nullable String> health,
      ChannelRunner channels) {
    this.vertx = vertx;
    this.clock = clock;
    this.timings = timings;
    this.holdBelow = Map.copyOf(holdBelow);
    this.source = source;
    this.journal = journal;
    this.health = health;
    this.server = sender == null ? null : sender.server();
    this.channels = channels;
    this.document = document;
    this.outbox =
        sender == null ? null : new Outbox(vertx, clock, sender, this::save, new Deliveries());
  }

  /**
   * Continues where an earlier run ended; never fails. While the disk hangs it completes without
   * that, and continues later.
   */
  public Future<Void> start() {
    return document
        .load()
        .map(earlier -> {
          started = true;
          state = earlier.alerts();
          unsent = earlier.spool();
          if (outbox != null) {
            outbox.restore(earlier.spool());
            outbox.deliver();
          }
          vertx.setPeriodic(INTERVAL.toMillis(), _ -> evaluate());
          return null;
        })
        .compose(_ -> channels.start())
        .timeout(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  /** Mails that are not yet accepted stay on disk. */
  public Future<Void> close() {
    Future<Void> stopped = outbox == null ? Future.succeededFuture() : outbox.close();
    return stopped
        .transform(_ -> started ? save() : Future.succeededFuture())
        .transform(_ -> channels.close());
  }

  /** Why there is no such channel. */
  public static String absent(String channel) {
    return channel.equals(MAIL)
        ? "mail is disabled: mail.host is not configured"
        : "there is no channel " + channel;
  }

  /**
   * Sends a test. The result is null, or why none is sent.
   *
   * @param channel {@code mail} or the name of another one
   * @param by who asks, for the journal
   */
  public Future<@Nullable String> test(String channel, String by) {
    boolean mail = channel.equals(MAIL);
    if (mail ? outbox == null : !channels.has(channel)) {
      return Future.succeededFuture(absent(channel));
    }
    String text = mail ? "test mail by " + by : "test of channel " + channel + " by " + by;
    journal.accept(new Event(EventKind.OPERATOR, null, null, text));
    return mail ? testMail() : channels.test(channel, source.status(), source.link());
  }

  private Future<@Nullable String> testMail() {
    if (outbox == null || server == null) {
      return Future.succeededFuture(absent(MAIL));
    }
    if (!started) {
      return Future.succeededFuture("not ready: the sidecar is starting");
    }
    Instant now = clock.instant();
    String id = "t" + now.toEpochMilli() + "-" + state.nextId();
    state = state.withIdUsed();
    Outbox mails = outbox;
    mails.add(NotificationMail.test(id, source.status(), now, server, source.link()));
    return save().onSuccess(_ -> mails.deliver()).map(_ -> null);
  }

  /** Null if no mail is configured. */
  public Status.@Nullable MailStatus status() {
    return outbox == null ? null : outbox.status();
  }

  /** How far alerts are delivered, mail included; null where there are none. */
  public static AlertDelivery delivery(@Nullable AlertRunner alerts) {
    return alerts == null ? AlertDelivery.NONE : alerts.delivery();
  }

  private AlertDelivery delivery() {
    AlertDelivery others = channels.delivery();
    var undelivered = new TreeMap<>(others.undelivered());
    long dropped = others.dropped();
    Status.MailStatus mail = status();
    if (mail != null) {
      undelivered.put(MAIL, (long) mail.undelivered());
      dropped += mail.dropped();
    }
    return new AlertDelivery(undelivered, dropped);
  }

  private void evaluate() {
    Instant now = clock.instant();
    Status status = source.status();
    Map<Component, String> failures = failures();
    boolean converged = source.converged();
    AlertPolicy.Decision decision =
        AlertPolicy.evaluate(
            state,
            converged
                ? Findings.of(status, failures, holdBelow, clock.wall(now))
                : Findings.componentsOnly(status, failures),
            converged ? DriftHistory.counts(status) : Map.of(),
            now,
            timings);
    state = decision.state();
    if (decision.notification() != null) {
      var notification = decision.notification().withTimes(clock::wall);
      channels.add(notification, status, source.link());
      if (outbox != null && server != null) {
        outbox.add(NotificationMail.of(notification, status, now, server, source.link()));
      }
    }
    channels.repeat(state.open(now), status, source.link());
    // first the requests: a crash between both sends them twice rather than never
    var _ =
        channels
            .save()
            .compose(_ -> save())
            .onSuccess(_ -> {
              channels.deliver();
              if (outbox != null) {
                outbox.deliver();
              }
            });
  }

  /** Without mail: its own failure can't be mailed. */
  private Map<Component, String> failures() {
    var failures = new EnumMap<Component, String>(Component.class);
    failures.putAll(source.failures());
    failures.remove(Component.MAIL);
    return failures;
  }

  private Future<Void> save() {
    Spool spool = outbox == null ? unsent : outbox.spool();
    return document.save(new MailState(state, spool)).mapEmpty();
  }

  private final class Deliveries implements Outbox.DeliveryListener {
    /** By mail, its receivers that accepted it, until all have. */
    private final Map<String, List<String>> sent = new HashMap<>();

    @Override
    public void accepted(OutgoingMail mail, String to, boolean last) {
      List<String> receivers = sent.computeIfAbsent(mail.id(), _ -> new ArrayList<>());
      receivers.add(to);
      if (last) {
        record("sent to " + String.join(", ", receivers) + ": " + mail.subject());
        sent.remove(mail.id());
      }
    }

    @Override
    public void dropped(OutgoingMail mail, String to, String why) {
      record("given up for " + to + ": " + mail.subject() + ": " + why);
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
