package io.rollcall;

import io.rollcall.config.Settings;
import io.rollcall.core.BalancerState;
import io.rollcall.core.Note;
import io.rollcall.core.PoolStatus;
import io.rollcall.core.SlotId;
import io.rollcall.core.Status;
import io.rollcall.core.alert.Times;
import io.rollcall.journal.DiskJournal;
import io.rollcall.mail.Courier;
import io.rollcall.status.Facts;
import io.rollcall.status.Meters;
import io.rollcall.status.StatusServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps HAProxy's slots as gossip and operator want them. It owns all state that changes, on one
 * context: the loop reads the members and the slots, plans, applies, and reads again until nothing
 * is left to do.
 */
final class Sidecar extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long somebody who asked for the status counts as looking. */
  private static final Duration WATCHED = Duration.ofSeconds(10);

  private final Settings settings;
  private final Runnable ready;
  private final Times times;
  private final @Nullable Courier courier;
  private final InstantSource clock = InstantSource.system();
  private final Instant startedAt = clock.instant();
  private final Troubles troubles = new Troubles(() -> this.server.changed());
  private final Journal journal = new Journal(clock, () -> this.server.changed());
  private final Meters meters = new Meters();
  private final Rates rates = new Rates();

  private OrderBook orders;
  private Membership membership;
  private Proxy proxy;
  private Pools pools;
  private Storage storage;
  private Loop loop;
  private StatusServer server;
  private @Nullable Alerts alerts;

  private Pace pace = Pace.AGAIN;
  private boolean converged;
  private Instant lookedAt = Instant.EPOCH;

  /**
   * @param ready is run once, when it converged for the first time
   */
  Sidecar(Settings settings, Runnable ready) {
    this(settings, ready, Times.STANDARD);
  }

  /**
   * @param times how patient the alerts are
   */
  Sidecar(Settings settings, Runnable ready, Times times) {
    this.settings = settings;
    this.ready = ready;
    this.times = times;
    this.courier = Alerts.courier(settings.mail());
  }

  @Override
  public Future<?> start() {
    loop = new Loop(vertx, clock, this::pass);
    proxy = new Proxy(vertx, clock, settings, troubles, journal, meters, loop::dirty);
    membership =
        new Membership(
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
        new Pools(
            clock,
            settings.pools(),
            proxy,
            membership,
            new OwnCheck(vertx, loop::dirty),
            journal,
            meters,
            this::watched);
    storage = new Storage(vertx, settings, troubles);
    alerts = alerts();
    orders = new OrderBook(loop::dirty, this::testMail);
    server =
        new StatusServer(vertx, settings.http().token(), facts(), orders, pools::holder, meters);
    return server
        .listen(settings.http().host(), settings.http().port())
        .compose(port -> {
          LOG.info("rollcall {} listens on {}:{}", version(), settings.http().host(), port);
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

  private @Nullable Alerts alerts() {
    if (courier == null) {
      return null;
    }
    var asked =
        new Alerts.Facts() {
          @Override
          public Status status() {
            return Sidecar.this.status();
          }

          @Override
          public boolean settled() {
            return converged;
          }

          @Override
          public @Nullable String link() {
            return Link.of(settings.http(), membership.address());
          }
        };
    return new Alerts(vertx, clock, settings, courier, times, troubles, journal, asked);
  }

  private Future<@Nullable String> testMail(String from) {
    if (alerts == null) {
      return Future.succeededFuture("mail is off: no mail.host is configured");
    }
    journal.add(null, new Note("operator", null, null, "test mail from " + from), null);
    return alerts.test();
  }

  private DiskJournal disk() {
    return new DiskJournal(
        vertx, settings.stateDir().resolve("journal"), journal.listening(troubles));
  }

  /** One turn of the loop; never fails. */
  private Future<Duration> pass(boolean caused) {
    boolean quiet = !caused && pace == Pace.REST && !watched();
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

  private Duration turned(Pace next) {
    pace = next;
    if (!pools.refused()) {
      troubles.set(Troubles.Part.PLAN, null);
    }
    if (!converged && pace == Pace.REST && membership.roster() != null) {
      converged = true;
      LOG.info("converged: ready");
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
    pace = Pace.SOON;
    if (proxy.reachable()) {
      LOG.error("a pass failed, the next one in {} s", RETRY.toSeconds(), e);
      troubles.set(Troubles.Part.PLAN, "a pass failed: " + e);
    } else {
      pools.unread();
    }
    return Future.succeededFuture(RETRY);
  }

  private boolean watched() {
    return clock.instant().isBefore(lookedAt.plus(WATCHED));
  }

  private Facts facts() {
    return new Facts() {
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
      public Future<List<Status.Event>> events(long since, int most) {
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
        return proxy.reachable() ? null : troubles.get(Troubles.Part.HAPROXY);
      }
    };
  }

  private Status status() {
    List<Status.Pool> shown = pools.status();
    var reasons = new ArrayList<>(troubles.lines());
    shown.forEach(pool -> reasons.addAll(PoolStatus.reasons(pool)));
    String self = membership.self();
    return new Status(
        new Status.Balancer(
            self,
            version(),
            startedAt,
            BalancerState.of(shown, !troubles.lines().isEmpty(), pace == Pace.AGAIN || !converged),
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

  static String version() {
    String version = Sidecar.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
