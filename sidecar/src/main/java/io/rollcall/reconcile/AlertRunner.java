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
import io.rollcall.core.status.Status;
import io.rollcall.mail.MailState;
import io.rollcall.mail.NotificationMail;
import io.rollcall.mail.Outbox;
import io.rollcall.mail.OutgoingMail;
import io.rollcall.mail.SmtpSender;
import io.rollcall.mail.SmtpServer;
import io.rollcall.store.SavedDocument;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends alerts by mail: evaluates the status twice a second, writes the notifications that the
 * policy decides on, and saves all of it before a mail is sent. Mails are sent even while the disk
 * fails. Used on one context.
 */
public final class AlertRunner {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final SteadyClock clock;
  private final AlertTimings timings;
  private final Map<String, Double> holdBelow;
  private final AlertSource source;
  private final Consumer<Event> journal;
  private final Consumer<@Nullable String> health;
  private final SmtpServer server;
  private final SavedDocument<MailState> document;
  private final Outbox outbox;

  private AlertState state = AlertState.EMPTY;
  private boolean started;

  /**
   * @param document what this keeps over restarts: open incidents, and mails that wait
   * @param holdBelow by pool, the share of its servers below which its capacity is low
   * @param journal receives the events of delivery
   * @param health receives one line while mail cannot be delivered, null when it can
   */
  public AlertRunner(
      Vertx vertx,
      SteadyClock clock,
      SmtpSender sender,
      AlertTimings timings,
      Map<String, Double> holdBelow,
      SavedDocument<MailState> document,
      AlertSource source,
      Consumer<Event> journal,
      Consumer<@Nullable String> health) {
    this.vertx = vertx;
    this.clock = clock;
    this.timings = timings;
    this.holdBelow = Map.copyOf(holdBelow);
    this.source = source;
    this.journal = journal;
    this.health = health;
    this.server = sender.server();
    this.document = document;
    this.outbox = new Outbox(vertx, clock, sender, this::save, new Deliveries());
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
          outbox.restore(earlier.spool());
          outbox.deliver();
          vertx.setPeriodic(INTERVAL.toMillis(), _ -> evaluate());
          return null;
        })
        .<Void>mapEmpty()
        .timeout(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  /** Mails that are not yet accepted stay on disk. */
  public Future<Void> close() {
    return outbox.close().transform(_ -> started ? save() : Future.succeededFuture());
  }

  /** Sends a test mail. The result is null, or why none is sent. */
  public Future<@Nullable String> test() {
    if (!started) {
      return Future.succeededFuture("not ready: the sidecar is starting");
    }
    Instant now = clock.instant();
    String id = "t" + now.toEpochMilli() + "-" + state.nextId();
    state = state.withIdUsed();
    outbox.add(NotificationMail.test(id, source.status(), now, server, source.link()));
    return save().onSuccess(_ -> outbox.deliver()).map(_ -> null);
  }

  public Status.MailStatus status() {
    return outbox.status();
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
      outbox.add(NotificationMail.of(notification, status, now, server, source.link()));
    }
    var _ = save().onSuccess(_ -> outbox.deliver());
  }

  /** Without mail: its own failure can't be mailed. */
  private Map<Component, String> failures() {
    var failures = new EnumMap<Component, String>(Component.class);
    failures.putAll(source.failures());
    failures.remove(Component.MAIL);
    return failures;
  }

  private Future<Void> save() {
    return document.save(new MailState(state, outbox.spool())).mapEmpty();
  }

  private final class Deliveries implements Outbox.DeliveryListener {
    @Override
    public void accepted(OutgoingMail mail, String to) {
      record("sent to " + to + ": " + mail.subject());
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
