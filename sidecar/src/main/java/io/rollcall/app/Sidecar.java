package io.rollcall.app;

import io.rollcall.alert.AlertTimings;
import io.rollcall.config.Settings;
import io.rollcall.core.ComponentHealth;
import io.rollcall.core.Metrics;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.Controller;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.DrainQuery;
import io.rollcall.core.control.Input;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.status.StatusBuilder;
import io.rollcall.haproxy.HaproxyClient;
import io.rollcall.haproxy.ServerStateFile;
import io.rollcall.http.StatusServer;
import io.rollcall.logging.Logfmt;
import io.rollcall.mail.SmtpSender;
import io.rollcall.metrics.PrometheusMetrics;
import io.rollcall.reconcile.ActionQueue;
import io.rollcall.reconcile.AlertRunner;
import io.rollcall.reconcile.EffectRunner;
import io.rollcall.reconcile.ReadinessProbe;
import io.rollcall.reconcile.ReconcileLoop;
import io.rollcall.reconcile.SessionHolders;
import io.rollcall.reconcile.StatusPublisher;
import io.rollcall.serf.SerfAgent;
import io.rollcall.serf.SerfMembers;
import io.rollcall.store.Journal;
import io.rollcall.store.JournalWriter;
import io.rollcall.store.MachineClocks;
import io.rollcall.store.ServerStateWriter;
import io.rollcall.store.StateStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts together and starts and stops them in order, on one context. */
public final class Sidecar extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
  private static final Duration JOURNAL_TICK = Duration.ofSeconds(1);

  private final Settings settings;
  private final Runnable ready;
  private final AlertTimings alertTimings;
  private final @Nullable SmtpSender sender;
  private final SteadyClock clock = new SteadyClock(InstantSource.system(), System::nanoTime);
  private final Instant startedAt = clock.instant();
  private final PrometheusMetrics metrics = new PrometheusMetrics();
  private final Journal journal = new Journal(clock, () -> this.server.changed());

  private ReconcileLoop loop;
  private SerfMembers members;
  private HaproxyClient haproxy;
  private StateStore store;
  private ServerStateWriter stateFile;
  private StatusPublisher status;
  private StatusServer server;
  private @Nullable AlertRunner alerts;

  /**
   * A sidecar with the usual alert timings.
   *
   * @param ready is run once, when it has converged for the first time
   */
  public Sidecar(Settings settings, Runnable ready) {
    this(settings, ready, AlertTimings.STANDARD);
  }

  /**
   * A sidecar with its own alert timings.
   *
   * @param ready is run once, when it has converged for the first time
   */
  public Sidecar(Settings settings, Runnable ready, AlertTimings alertTimings) {
    this.settings = settings;
    this.ready = ready;
    this.alertTimings = alertTimings;
    this.sender = MailSetup.sender(settings.mail());
  }

  /** What this sidecar counts. */
  Metrics metrics() {
    return metrics;
  }

  @Override
  public Future<?> start() {
    ControllerSettings controller = controllerSettings();
    ComponentHealth health =
        (component, line) -> loop.accept(new Input.HealthReported(component, line));
    var actions = new ActionQueue(input -> loop.accept(input), this::testMail);
    connect(controller, health);
    loop =
        new ReconcileLoop(
            vertx, clock, new Controller(controller), effects(actions), this::changed);
    status =
        new StatusPublisher(
            loop,
            new StatusBuilder(controller, version(), startedAt, clock::wall),
            clock,
            journal,
            () -> alerts == null ? null : alerts.status());
    if (sender != null) {
      alerts = MailSetup.alerts(vertx, settings, sender, alertTimings, clock, alertPorts(health));
    }
    server = server(actions);
    return server
        .listen(settings.http().host(), settings.http().port())
        .compose(port -> {
          LOG.info(
              "{}",
              Logfmt.of("started")
                  .with("version", version())
                  .with("address", settings.http().host() + ":" + port));
          return journal.open(disk(health));
        })
        .compose(_ -> stateFile.start(settings.haproxy().resync()))
        .compose(_ -> store.load())
        .map(this::begin)
        .compose(_ -> alerts == null ? Future.succeededFuture() : alerts.start());
  }

  /** The adapters that the effects use; none does anything yet. */
  private void connect(ControllerSettings controller, ComponentHealth health) {
    members = members(controller);
    haproxy =
        new HaproxyClient(
            vertx,
            settings.haproxy().socket().toString(),
            settings.pools().stream().map(pool -> pool.backend()).toList(),
            clock,
            metrics,
            input -> loop.accept(input));
    store = new StateStore(vertx, settings.stateDir(), new MachineClocks(clock), health);
    stateFile =
        new ServerStateWriter(vertx, settings.haproxy().stateFile(), this::nextStateFile, health);
  }

  private EffectRunner effects(ActionQueue actions) {
    return new EffectRunner(
        members,
        haproxy,
        new ReadinessProbe(vertx),
        store,
        stateFile,
        journal,
        actions,
        this::converged,
        input -> loop.accept(input));
  }

  private StatusServer server(ActionQueue actions) {
    return new StatusServer(
        vertx,
        settings.http().token(),
        new StatusServer.Ports(
            status,
            actions,
            new SessionHolders(settings.pools(), haproxy, () -> loop.state()),
            metrics,
            metrics::scrape));
  }

  private Void begin(SavedState saved) {
    members.start();
    loop.accept(new Input.StateLoaded(saved));
    vertx.setPeriodic(JOURNAL_TICK.toMillis(), _ -> journal.tick());
    return null;
  }

  @Override
  public Future<?> stop() {
    return loop.stop()
        .compose(_ ->
            Future.join(
                store.close(loop.state().saved()),
                stateFile.close(),
                server.close(),
                members.close(),
                haproxy.close(),
                alerts == null ? Future.succeededFuture() : alerts.close()))
        .eventually(journal::close)
        .onComplete(_ -> metrics.close());
  }

  private ControllerSettings controllerSettings() {
    return new ControllerSettings(
        settings.pools(),
        settings.serf().rpcHost() != null,
        settings.serf().resync(),
        settings.haproxy().poll(),
        settings.haproxy().resync());
  }

  private SerfMembers members(ControllerSettings controller) {
    Settings.SerfSettings serf = settings.serf();
    return new SerfMembers(
        vertx,
        serf.pipe(),
        serf.rpcHost() == null
            ? null
            : new SerfAgent(serf.rpcHost(), serf.rpcPort(), serf.authKey()),
        metrics,
        input -> loop.accept(input),
        asked -> DrainQuery.answer(loop.state(), controller.pools(), asked, clock.instant()));
  }

  /** The present text where HAProxy would start the same from both. */
  private String nextStateFile(String present, String dump) {
    Set<String> backends =
        settings.pools().stream().map(pool -> pool.backend()).collect(Collectors.toSet());
    String next = ServerStateFile.next(present, dump, backends);
    return ServerStateFile.same(present, next) ? present : next;
  }

  private void changed() {
    status.sample();
    server.changed();
  }

  private void converged() {
    LOG.info("{}", Logfmt.of("ready"));
    ready.run();
  }

  private JournalWriter disk(ComponentHealth health) {
    return new JournalWriter(
        vertx, settings.stateDir().resolve("journal"), journal.listener(health));
  }

  private MailSetup.AlertPorts alertPorts(ComponentHealth health) {
    return new MailSetup.AlertPorts(
        status::current, () -> loop.state(), event -> journal.record(null, event), health);
  }

  private Future<@Nullable String> testMail(String from) {
    if (alerts == null) {
      return Future.succeededFuture("mail is disabled: mail.host is not configured");
    }
    journal.record(null, new Event(EventKind.OPERATOR, null, null, "test mail from " + from));
    return alerts.test();
  }

  /** The version of the build; {@code development} outside of a jar. */
  static String version() {
    String version = Sidecar.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
