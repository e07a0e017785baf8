package io.rollcall.app;

import io.rollcall.alert.AlertTimings;
import io.rollcall.config.Settings;
import io.rollcall.core.ComponentHealth;
import io.rollcall.core.Metrics;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.Controller;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.DrainAnswer;
import io.rollcall.core.control.DrainQuery;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.status.StatusBuilder;
import io.rollcall.haproxy.HaproxyClient;
import io.rollcall.haproxy.ServerStateFile;
import io.rollcall.http.HttpAccess;
import io.rollcall.http.OperatorActions;
import io.rollcall.http.StatusServer;
import io.rollcall.http.guard.ConnectionCloser;
import io.rollcall.http.guard.ServerLimits;
import io.rollcall.http.page.PageLinks;
import io.rollcall.logging.Logfmt;
import io.rollcall.mail.SmtpSender;
import io.rollcall.metrics.PrometheusMetrics;
import io.rollcall.reconcile.ActionQueue;
import io.rollcall.reconcile.AlertRunner;
import io.rollcall.reconcile.EffectRunner;
import io.rollcall.reconcile.FirstRequests;
import io.rollcall.reconcile.HistoryRecorder;
import io.rollcall.reconcile.ReadinessProbe;
import io.rollcall.reconcile.ReconcileLoop;
import io.rollcall.reconcile.SessionHolders;
import io.rollcall.reconcile.StatusPublisher;
import io.rollcall.serf.AnnouncementTrust;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts together and starts and stops them in order, on one context. */
public final class Sidecar extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
  private static final Duration JOURNAL_TICK = Duration.ofSeconds(1);
  private static final Duration LONGEST_TURN = Duration.ofSeconds(30); // as /healthz allows

  private final Settings settings;
  private final Runnable ready;
  private final AlertTimings alertTimings;
  private final @Nullable SmtpSender sender;
  private final SteadyClock clock = new SteadyClock(InstantSource.system(), System::nanoTime);
  private final Instant startedAt = clock.instant();
  private final PrometheusMetrics metrics;
  private final FirstRequests firstRequests;
  private final Journal journal;

  private HttpAccess access;
  private ReconcileLoop loop;
  private SerfMembers members;
  private HaproxyClient haproxy;
  private StateStore store;
  private ServerStateWriter stateFile;
  private StatusPublisher status;
  private HistoryRecorder history;
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

  /** The same with limits for the HTTP server. */
  Sidecar(
      Settings settings, Runnable ready, ServerLimits limits, ConnectionCloser connectionCloser) {
    this(settings, ready, AlertTimings.STANDARD);
    this.access = access.with(limits, connectionCloser);
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
    this.access = HttpSetup.access(settings.http());
    this.sender = MailSetup.sender(settings.mail());
    this.metrics = new PrometheusMetrics(settings.maxMembers());
    this.firstRequests = new FirstRequests(metrics);
    this.journal = new Journal(clock, () -> server.changed(), metrics::eventRecorded);
    metrics.holdBelow(MailSetup.holdBelow(settings));
  }

  /** What this sidecar counts. */
  Metrics metrics() {
    return metrics;
  }

  /** The loop ran lately, or the start is not complete. Called on the event loop. */
  boolean turns() {
    return status == null || status.sinceTurn().compareTo(LONGEST_TURN) <= 0;
  }

  @Override
  public Future<?> start() {
    ControllerSettings controller = controllerSettings();
    ComponentHealth health =
        (component, line) -> loop.accept(new Input.HealthReported(component, line));
    var actions = new ActionQueue(input -> loop.accept(input), this::testAlert, clock::steady);
    connect(health);
    loop =
        new ReconcileLoop(
            vertx, clock, new Controller(controller), effects(actions), this::changed);
    history = HistorySetup.of(vertx, settings.stateDir(), clock, journal);
    status =
        new StatusPublisher(
            loop,
            new StatusBuilder(controller, version(), startedAt, clock::wall),
            clock,
            journal,
            () -> alerts == null ? null : alerts.status(),
            PageLinks.of(System.getenv(), settings.http().port()),
            history);
    if (sender != null || !settings.channels().isEmpty()) {
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
        .compose(_ -> history.start())
        .compose(_ -> stateFile.start(settings.haproxy().resync()))
        .compose(_ -> store.load())
        .map(this::begin)
        .compose(_ -> alerts == null ? Future.succeededFuture() : alerts.start());
  }

  /** The adapters that the effects use; none does anything yet. */
  private void connect(ComponentHealth health) {
    members = members();
    haproxy =
        new HaproxyClient(
            vertx,
            new HaproxyClient.Paths(
                settings.haproxy().socket().toString(),
                settings.haproxy().config() == null ? null : settings.haproxy().config().toString(),
                settings.haproxy().stateFile().toString()),
            settings.pools().stream().map(pool -> pool.backend()).toList(),
            clock,
            metrics,
            input -> loop.accept(OwnListeners.added(input, settings)));
    store = new StateStore(vertx, settings.stateDir(), new MachineClocks(clock), health);
    stateFile =
        new ServerStateWriter(
            vertx, settings.haproxy().stateFile(), ServerStateFile::update, health);
  }

  private EffectRunner effects(ActionQueue actions) {
    return new EffectRunner(
        members,
        haproxy,
        new ReadinessProbe(
            vertx,
            (endpoint, ready) ->
                loop.accept(new HaproxyInput.ApplicationAnswered(endpoint, ready))),
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
        access,
        new StatusServer.Ports(
            status,
            actions,
            new SessionHolders(settings.pools(), haproxy, () -> loop.state()),
            metrics,
            now -> metrics.scrape(now, AlertRunner.delivery(alerts))));
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
                stateFile.settled(),
                server.close(),
                members.close(),
                haproxy.close(),
                history.close(),
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

  private SerfMembers members() {
    Settings.SerfSettings serf = settings.serf();
    return new SerfMembers(
        vertx,
        serf.pipe(),
        serf.rpcHost() == null
            ? null
            : new SerfAgent(serf.rpcHost(), serf.rpcPort(), serf.authKey()),
        new AnnouncementTrust(settings.announce().key(), settings.announce().signedOnly()),
        InstantSource.system(),
        metrics,
        input -> loop.accept(input),
        this::drained);
  }

  /** HAProxy may start again at any time, so a backend waits until it would start without it. */
  private Future<DrainAnswer> drained(Announcement.Incarnation asked) {
    DrainAnswer answer = DrainQuery.answer(loop.state(), settings.pools(), asked, clock.instant());
    return stateFile.settled().map(answer);
  }

  private void changed() {
    status.sample();
    firstRequests.sample(loop.state(), clock.instant());
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

  private Future<@Nullable String> testAlert(String channel, OperatorActions.Requester from) {
    return alerts == null
        ? Future.succeededFuture(AlertRunner.absent(channel))
        : alerts.test(channel, from.toString());
  }

  /** The version of the build; {@code development} outside of a jar. */
  static String version() {
    String version = Sidecar.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
