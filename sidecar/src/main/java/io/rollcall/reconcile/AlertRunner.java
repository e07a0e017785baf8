package io.rollcall.reconcile;

import io.rollcall.alert.AlertPolicy;
import io.rollcall.alert.AlertState;
import io.rollcall.alert.AlertTimings;
import io.rollcall.alert.Findings;
import io.rollcall.config.Settings;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.status.Status;
import io.rollcall.mail.MailState;
import io.rollcall.mail.NotificationText;
import io.rollcall.mail.Outbox;
import io.rollcall.mail.OutgoingMail;
import io.rollcall.mail.SmtpSender;
import io.rollcall.mail.SmtpServer;
import io.rollcall.store.AtomicFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mail about what is wrong: looks at the status twice a second, has the policy decide, writes the
 * mails and hands them over. What was told and what waits is one file in {@code state.dir}, written
 * before a mail goes out; where the disk takes nothing, it goes out nevertheless. Used on one
 * context.
 */
public final class AlertRunner {
  private static final Logger LOG = LoggerFactory.getLogger(AlertRunner.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Its own trouble can't be mailed. */
  private static final Set<ComponentHealth.Component> UNTOLD =
      EnumSet.of(ComponentHealth.Component.MAIL);

  private final Vertx vertx;
  private final InstantSource clock;
  private final SmtpServer server;
  private final AlertTimings times;
  private final Map<String, Double> floors;
  private final ComponentHealth troubles;
  private final AlertSource facts;
  private final AtomicFile file;
  private final Outbox postbox;

  private AlertState state = AlertState.EMPTY;
  private boolean started;

  /** What the file holds, or will once {@link #save} is done; null where that failed. */
  private @Nullable MailState kept;

  private Future<Void> save = Future.succeededFuture();
  private boolean unwritable;

  /** What it asks of the sidecar; each returns at once. */
  public interface AlertSource {
    public Status status();

    /** The sidecar has converged: what it shows of the pools is what there is. */
    boolean settled();

    /** Address of the status page; null while it is not known. */
    @Nullable String link();
  }

  /** Null where the settings name no server. */
  public static @Nullable SmtpServer server(Settings.MailSettings mail) {
    return mail.host() == null
        ? null
        : new SmtpServer(
            mail.host(),
            mail.port(),
            SmtpServer.Security.valueOf(mail.tls().name()),
            mail.user(),
            mail.password(),
            Objects.requireNonNull(mail.from(), "the settings have a sender"),
            mail.to());
  }

  /** Null where the settings name no server. */
  public static @Nullable SmtpSender courier(Settings.MailSettings mail) {
    SmtpServer server = server(mail);
    return server == null ? null : new SmtpSender(server, PATIENCE);
  }

  public AlertRunner(
      Vertx vertx,
      InstantSource clock,
      Settings settings,
      SmtpSender courier,
      AlertTimings times,
      ComponentHealth troubles,
      Journal journal,
      AlertSource facts) {
    this.vertx = vertx;
    this.clock = clock;
    this.server = courier.server();
    this.times = times;
    this.floors =
        settings.pools().stream()
            .collect(Collectors.toMap(pool -> pool.backend(), pool -> pool.holdBelow()));
    this.troubles = troubles;
    this.facts = facts;
    this.file = AtomicFile.in(vertx, settings.stateDir(), "mail.json");
    this.postbox =
        new Outbox(
            vertx,
            clock,
            courier,
            this::save,
            new Outbox.DeliveryListener() {
              @Override
              public void accepted(OutgoingMail mail, String to) {
                told("sent to " + to + ": " + mail.subject());
              }

              @Override
              public void dropped(OutgoingMail mail, String to, String why) {
                told("given up for " + to + ": " + mail.subject() + ": " + why);
              }

              private void told(String text) {
                journal.add(null, new Event(EventKind.MAIL, null, null, text), null);
              }

              @Override
              public void trouble(@Nullable String line) {
                troubles.set(ComponentHealth.Component.MAIL, line);
              }
            });
  }

  /**
   * Goes on where an earlier run ended; never fails. Where the disk hangs it does so later, and the
   * sidecar, which is to be stopped like any other, does not wait for it.
   */
  public Future<Void> start() {
    return file.readAtLast(line -> troubles.set(ComponentHealth.Component.MAIL, line))
        .map(text -> text == null ? MailState.EMPTY : MailState.read(text))
        .otherwise(e -> {
          LOG.warn("{}", e.getMessage());
          return null;
        })
        .compose(memory -> memory == null ? putAside() : Future.succeededFuture(memory))
        .map(memory -> {
          troubles.set(ComponentHealth.Component.MAIL, null);
          started = true;
          kept = memory;
          state = memory.alerts();
          postbox.remember(memory.spool());
          postbox.deliver();
          vertx.setPeriodic(LOOK.toMillis(), _ -> look());
          return null;
        })
        .<Void>mapEmpty()
        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  /** What waits stays on disk. */
  public Future<Void> close() {
    return postbox.close().transform(_ -> started ? save() : Future.succeededFuture());
  }

  /** Sends a mail that says that mail works. The result is null, or why there is none. */
  public Future<@Nullable String> test() {
    if (!started) {
      return Future.succeededFuture("the sidecar is just starting");
    }
    Instant now = clock.instant();
    String id = "t" + now.toEpochMilli() + "-" + state.next();
    state = state.numbered();
    postbox.put(NotificationText.test(id, facts.status(), now, server, facts.link()));
    return save().onSuccess(_ -> postbox.deliver()).map(_ -> null);
  }

  public Status.MailStatus status() {
    return postbox.status();
  }

  private void look() {
    Instant now = clock.instant();
    Status status = facts.status();
    Findings findings = Findings.of(status, parts(), floors, now);
    AlertPolicy.Decision turn =
        AlertPolicy.turn(
            state,
            facts.settled() ? findings : findings.withoutPools(status),
            facts.settled() ? AlertPolicy.drifts(status) : Map.of(),
            now,
            times);
    state = turn.state();
    if (turn.letter() != null) {
      postbox.put(NotificationText.mail(turn.letter(), status, now, server, facts.link()));
    }
    var _ = save().onSuccess(_ -> postbox.deliver());
  }

  private Map<String, String> parts() {
    var parts = new TreeMap<String, String>();
    troubles
        .byPart()
        .forEach((part, line) -> {
          if (!UNTOLD.contains(part)) {
            parts.put(part.name(), line);
          }
        });
    return parts;
  }

  /** Writes what changed; never fails. */
  private Future<Void> save() {
    var now = new MailState(state, postbox.spool());
    if (!now.equals(kept)) {
      kept = now;
      save =
          file.write(now.text())
              .transform(result -> {
                if (result.failed() && !unwritable) {
                  LOG.warn("{}", result.cause().getMessage());
                }
                unwritable = result.failed();
                if (unwritable && now.equals(kept)) {
                  kept = null;
                }
                return Future.succeededFuture();
              });
    }
    return save;
  }

  private Future<MailState> putAside() {
    LOG.warn("{} is damaged: put aside, starting without it", file);
    return file.moveTo(file + ".damaged").otherwiseEmpty().map(MailState.EMPTY);
  }
}
