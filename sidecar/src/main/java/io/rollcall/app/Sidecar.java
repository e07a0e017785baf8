package io.rollcall.app;

import io.rollcall.alert.AlertTimings;
import io.rollcall.config.Settings;
import io.rollcall.core.Component;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.PoolReasons;
import io.rollcall.core.status.Status;
import io.rollcall.http.StatusServer;
import io.rollcall.http.StatusSource;
import io.rollcall.logging.Logfmt;
import io.rollcall.mail.SmtpSender;
import io.rollcall.metrics.PrometheusMetrics;
import io.rollcall.reconcile.ActionQueue;
import io.rollcall.reconcile.AlertRunner;
import io.rollcall.reconcile.AlertSource;
import io.rollcall.reconcile.ComponentHealth;
import io.rollcall.reconcile.HaproxyMonitor;
import io.rollcall.reconcile.Journal;
import io.rollcall.reconcile.MembershipTracker;
import io.rollcall.reconcile.NextRun;
import io.rollcall.reconcile.PoolReconciler;
import io.rollcall.reconcile.ReadinessProbe;
import io.rollcall.reconcile.ReconcileLoop;
import io.rollcall.reconcile.RequestRates;
import io.rollcall.reconcile.StateStore;
import io.rollcall.store.JournalWriter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps HAProxy's slots as gossip and operator want them. It owns all state that changes, on one
 * context: the loop reads the members and the slots, plans, applies, and reads again until nothing
 * is left to do.
 */
public final class Sidecar extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long somebody who asked for the status counts as looking. */
  private static final Duration WATCHED = Duration.ofSeconds(10);

  private final Settings settings;
  private final Runnable ready;
  private final AlertTimings times;
  private final @Nullable SmtpSender sender;
  private final InstantSource clock = InstantSource.system();
  private final Instant startedAt = clock.instant();
  private final ComponentHealth troubles = new ComponentHealth(() -> this.server.changed());
  private final Journal journal = new Journal(clock, () -> this.server.changed());
  private final PrometheusMetrics meters = new PrometheusMetrics();
  private final RequestRates rates = new RequestRates();

  private ActionQueue orders;
  private MembershipTracker membership;
  private HaproxyMonitor proxy;
  private PoolReconciler pools;
  private StateStore storage;
  private ReconcileLoop loop;
  private StatusServer server;
  private @Nullable AlertRunner alerts;

  private NextRun pace = NextRun.AGAIN;
  private boolean converged;
  private Instant lookedAt = Instant.EPOCH;

  /**
   * @param ready is run once, when it converged for the first time
   */
  public Sidecar(Settings settings, Runnable ready) {
    this(settings, ready, AlertTimings.STANDARD);
  }

  /**
   * @param times how patient the alerts are
   */
  public Sidecar(Settings settings, Runnable ready, AlertTimings times) {
    this.settings = settings;
    this.ready = ready;
    this.times = times;
    this.sender = MailSetup.sender(settings.mail());
  }

  @Override
  public Future<?> start() {
    loop = new ReconcileLoop(vertx, clock, this::pass);
    proxy = new HaproxyMonitor(vertx, clock, settings, troubles, journal, meters, loop::dirty);
    membership =
        new MembershipTracker(
            vertx,
            clock,
            settings.serf(),
            settings.pools(),
            troubles,
            journal,
            meters,
            payload -> pools.drained(payload),
            loop::dirty);
    pools =
        new PoolReconciler(
            clock,
            settings.pools(),
            proxy,
            membership,
            new ReadinessProbe(vertx, loop::dirty),
            journal,
            meters,
            this::watched);
    storage = new StateStore(vertx, settings, troubles);
    alerts = alerts();
    orders = new ActionQueue(loop::dirty, this::testMail);
    server =
        new StatusServer(
            vertx,
            settings.http().token(),
            new StatusServer.Ports(facts(), orders, pools::holder, meters, meters::scrape));
    return server
        .listen(settings.http().host(), settings.http().port())
        .compose(port -> {
          LOG.info(
              "{}",
              Logfmt.of("listening")
                  .with("version", version())
                  .with("address", settings.http().host())
                  .with("port", port));
          return journal.keepOn(disk());
        })
        .compose(_ -> storage.load())
        .map(memory -> {
          pools.remember(memory);
          proxy.remember(memory.haproxy());
          membership.start(pools.remembered());
          loop.begin();
          vertx.setPeriodic(TICK.toMillis(), _ -> journal.tick());
          return null;
        })
        .compose(_ -> alerts == null ? Future.succeededFuture() : alerts.start());
  }

  @Override
  public Future<?> stop() {
    return loop.stop()
        .compose(_ ->
            Future.join(
                storage.close(pools.memory()),
                server.close(),
                membership.close(),
                proxy.close(),
                alerts == null ? Future.succeededFuture() : alerts.close()))
        .eventually(journal::close)
        .onComplete(_ -> meters.close());
  }

  private @Nullable AlertRunner alerts() {
    if (sender == null) {
      return null;
    }
    var source =
        new AlertSource() {
          @Override
          public Status status() {
            return Sidecar.this.status();
          }

          @Override
          public Map<Component, String> failures() {
            var failures = new EnumMap<Component, String>(Component.class);
            troubles
                .byPart()
                .forEach((part, line) -> failures.put(Component.valueOf(part.name()), line));
            return failures;
          }

          @Override
          public boolean converged() {
            return converged;
          }

          @Override
          public @Nullable String link() {
            return StatusUrl.of(settings.http(), membership.address());
          }
        };
    return new AlertRunner(
        vertx,
        new SteadyClock(clock, System::nanoTime),
        sender,
        times,
        settings.pools().stream()
            .collect(Collectors.toMap(pool -> pool.backend(), pool -> pool.holdBelow())),
        settings.stateDir(),
        source,
        event -> journal.add(null, event, null),
        (part, line) -> troubles.set(ComponentHealth.Component.valueOf(part.name()), line));
  }

  private Future<@Nullable String> testMail(String from) {
    if (alerts == null) {
      return Future.succeededFuture("mail is off: no mail.host is configured");
    }
    journal.add(null, new Event(EventKind.OPERATOR, null, null, "test mail from " + from), null);
    return alerts.test();
  }

  private JournalWriter disk() {
    return new JournalWriter(
        vertx, settings.stateDir().resolve("journal"), journal.listening(troubles));
  }

  /** One turn of the loop; never fails. */
  private Future<Duration> pass(boolean caused) {
    boolean quiet = !caused && pace == NextRun.REST && !watched();
    orders.obey(pools::obey, () -> storage.save(pools.memory()));
    return membership
        .refresh()
        .compose(_ -> quiet ? proxy.glance(pools.used()) : proxy.read())
        .compose(seen -> pools.pass(seen))
        .compose(next -> {
          // neither members nor slots wait for a disk
          var _ = storage.save(pools.memory());
          return storage.saveSlots(pools.slots(), proxy::dump).map(next);
        })
        .map(this::turned)
        .recover(this::failed)
        .onComplete(_ -> {
          rates.sample(pools.used(), clock.instant());
          server.changed();
        });
  }

  private Duration turned(NextRun next) {
    pace = next;
    if (!pools.refused()) {
      troubles.set(ComponentHealth.Component.PLAN, null);
    }
    if (!converged && pace == NextRun.REST && membership.roster() != null) {
      converged = true;
      LOG.info("{}", Logfmt.of("ready"));
      ready.run();
    }
    return switch (next) {
      case AGAIN -> Duration.ZERO;
      case SOON, REFUSED -> SOON;
      case REST ->
          membership.restless() ? SOON : min(settings.haproxy().poll(), proxy.wholeDueIn());
    };
  }

  /**
   * Where HAProxy is lost, its listener has told why; anything else is a defect and is told whole.
   */
  private Future<Duration> failed(Throwable e) {
    pace = NextRun.SOON;
    if (proxy.reachable()) {
      LOG.error("{}", Logfmt.of("pass-failed").with("retry_s", RETRY.toSeconds()), e);
      troubles.set(ComponentHealth.Component.PLAN, "a pass failed: " + e);
    } else {
      pools.unread();
    }
    return Future.succeededFuture(RETRY);
  }

  private boolean watched() {
    return clock.instant().isBefore(lookedAt.plus(WATCHED));
  }

  private StatusSource facts() {
    return new StatusSource() {
      @Override
      public Status status() {
        lookedAt = clock.instant();
        return Sidecar.this.status();
      }

      @Override
      public List<Integer> rates(String backend, @Nullable String slot) {
        return slot == null ? List.of() : rates.of(new SlotId(backend, slot));
      }

      @Override
      public Future<List<Status.EventRecord>> events(long since, int most) {
        return journal.since(since, most);
      }

      @Override
      public Duration sinceTurn() {
        return loop.age();
      }

      @Override
      public @Nullable String unready() {
        if (!converged) {
          return "not converged yet";
        }
        return proxy.reachable() ? null : troubles.get(ComponentHealth.Component.HAPROXY);
      }
    };
  }

  private Status status() {
    List<Status.PoolStatus> shown = pools.status();
    var reasons = new ArrayList<>(troubles.lines());
    shown.forEach(pool -> reasons.addAll(PoolReasons.of(pool)));
    String self = membership.self();
    return new Status(
        clock.instant(),
        new Status.Balancer(
            self,
            version(),
            startedAt,
            BalancerState.of(
                shown, !troubles.lines().isEmpty(), pace == NextRun.AGAIN || !converged),
            reasons),
        membership.status(),
        proxy.status(),
        shown,
        membership.fleet(),
        journal.events(),
        alerts == null ? null : alerts.status());
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  public static String version() {
    String version = Sidecar.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
