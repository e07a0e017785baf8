package io.rollcall.reconcile;

import io.rollcall.config.Settings;
import io.rollcall.core.Metrics;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import io.rollcall.core.status.Fleet;
import io.rollcall.core.status.Status;
import io.rollcall.serf.EventLine;
import io.rollcall.serf.EventPipe;
import io.rollcall.serf.SerfAgent;
import io.rollcall.serf.SerfHealth;
import io.rollcall.serf.SerfRpc;
import io.rollcall.serf.ViewTag;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who is in the gossip. Lines of the pipe are hints: they mark the list as stale, and it is read by
 * RPC; only while there is no RPC, or it is away, a line itself is applied. Used on one context.
 */
public final class MembershipTracker {
  static final String DRAINED_QUERY = "rollcall-drained";

  /** While a word waits for the list to agree, the list is read no more often than this. */
  private static final Duration REREAD = Duration.ofMillis(200);

  private final Vertx vertx;
  private final InstantSource clock;
  private final Settings.SerfSettings settings;
  private final List<PoolPolicy> pools;
  private final ComponentHealth troubles;
  private final Journal journal;
  private final Metrics metrics;
  private final Runnable changed;
  private final EventPipe pipe;
  private final @Nullable SerfRpc rpc;
  private final @Nullable ViewTag own;

  private @Nullable Roster roster;
  private @Nullable SerfHealth health;
  private @Nullable String view;
  private Announcements claims = Announcements.NONE;
  private boolean connected;
  private boolean stale;
  private @Nullable Instant lastEventAt;
  private @Nullable Instant lastResyncAt;

  /**
   * @param drained answers the query of a leaving backend
   * @param changed is called for each cause to plan again
   */
  public MembershipTracker(
      Vertx vertx,
      InstantSource clock,
      Settings.SerfSettings settings,
      List<PoolPolicy> pools,
      ComponentHealth troubles,
      Journal journal,
      Metrics metrics,
      UnaryOperator<String> drained,
      Runnable changed) {
    this.vertx = vertx;
    this.clock = clock;
    this.settings = settings;
    this.pools = pools;
    this.troubles = troubles;
    this.journal = journal;
    this.metrics = metrics;
    this.changed = changed;
    this.pipe = new EventPipe(vertx, settings.pipe(), this::heard, this::pipeIs);
    this.rpc =
        settings.rpcHost() == null
            ? null
            : new SerfRpc(
                vertx,
                new SerfAgent(settings.rpcHost(), settings.rpcPort(), settings.authKey()),
                Map.of(DRAINED_QUERY, drained),
                this::rpcIs);
    this.own = rpc == null ? null : new ViewTag(vertx, rpc, this::stale);
  }

  /**
   * Starts to read the pipe and the agent.
   *
   * @param remembered whom to take for alive until something else is heard, where there is no RPC
   *     to ask
   */
  public void start(Roster remembered) {
    pipe.start();
    if (rpc == null) {
      roster = remembered.members().isEmpty() ? Roster.UNREAD : remembered;
      return;
    }
    rpc.start();
    vertx.setPeriodic(settings.resync().toMillis(), _ -> stale());
  }

  /** Reads the list where it is stale; never fails, the last list stays. */
  public Future<Void> refresh() {
    if (rpc == null || own == null || !connected || !(stale || overdue())) {
      return pruned();
    }
    stale = false;
    return rpc.members()
        .compose(list -> {
          String seen = Fleet.view(list, pools);
          roster = list;
          view = seen;
          lastResyncAt = clock.instant();
          metrics.memberListRead();
          return rpc.health()
              .onSuccess(said -> {
                own.listed(list.get(said.agentName()));
                own.publish(seen);
              });
        })
        .map(said -> {
          health = said;
          troubles.set(ComponentHealth.Component.SERF, null);
          return null;
        })
        .otherwise(e -> {
          stale = true;
          troubles.set(ComponentHealth.Component.SERF, String.valueOf(e.getMessage()));
          return null;
        })
        .compose(_ -> pruned());
  }

  /** A backend's word still waits for the list to agree: the list is worth reading again soon. */
  public boolean restless() {
    return claims.open(clock.instant());
  }

  /** Null while no list was ever read. */
  @Nullable
  public Roster roster() {
    return roster;
  }

  /** What the gossip says is heard: by RPC, or where that is not configured, by the pipe. */
  public boolean reachable() {
    return rpc == null ? troubles.get(ComponentHealth.Component.PIPE) == null : connected;
  }

  public Announcements claims() {
    return claims;
  }

  /** The agent's own name; null while it was never reached. */
  @Nullable
  public String self() {
    return health == null ? null : health.agentName();
  }

  /** The agent's own address in the member list; null while it is not known. */
  @Nullable
  public InetAddress address() {
    Member member = roster == null || health == null ? null : roster.get(health.agentName());
    return member == null ? null : member.ip();
  }

  /** The other balancers; how they are is not known while the agent is away. */
  public List<Status.PeerBalancer> fleet() {
    return Fleet.of(roster, self(), connected ? view : null);
  }

  public Status.SerfStatus status() {
    // an old list is still acted upon, but not shown as new
    Roster known = reachable() ? roster : null;
    return new Status.SerfStatus(
        reachable(),
        known == null ? null : known.members().size(),
        known == null ? null : known.count(MemberStatus.ALIVE),
        known == null ? null : known.count(MemberStatus.FAILED),
        known == null ? null : known.count(MemberStatus.LEFT) + known.count(MemberStatus.LEAVING),
        !connected || health == null ? null : health.healthScore(),
        lastEventAt,
        lastResyncAt);
  }

  public Future<Void> close() {
    Future<Void> rpcClosed = rpc == null ? Future.succeededFuture() : rpc.close();
    return Future.join(pipe.close(), rpcClosed).mapEmpty();
  }

  /** The list is to be read before the next plan. */
  public void stale() {
    stale = true;
    changed.run();
  }

  private Future<Void> pruned() {
    take(claims.pruned(roster, clock.instant()));
    return Future.succeededFuture();
  }

  private void take(Announcements.Update turn) {
    claims = turn.claims();
    turn.notes().forEach(note -> journal.add(null, note, null));
  }

  /** A clock that was set back delays no read. */
  private boolean overdue() {
    return restless()
        && (lastResyncAt == null
            || Duration.between(lastResyncAt, clock.instant()).abs().compareTo(REREAD) >= 0);
  }

  private void heard(List<EventLine> lines) {
    lastEventAt = clock.instant();
    metrics.linesRead(
        lines.size(), (int) lines.stream().filter(EventLine.Malformed.class::isInstance).count());
    lines.forEach(this::heard);
  }

  private void heard(EventLine line) {
    switch (line) {
      case EventLine.MemberEvent event -> {
        if (!connected) {
          roster = applied(event);
        }
        stale();
      }
      case EventLine.UserEvent event -> said(event);
      case EventLine.ResyncRequest _ ->
          unread(note(EventKind.RESYNC, "the pipe asks for the list"));
      case EventLine.Malformed malformed -> unread(note(EventKind.PIPE, malformed.line()));
    }
  }

  /** Something was told that can't be taken from the line. */
  private void unread(Event note) {
    journal.add(null, note, null);
    stale();
  }

  /** Only what is kept is worth a pass: anybody may say anything, however often. */
  private void said(EventLine.UserEvent event) {
    Announcement.AnnouncementType kind =
        switch (event.name()) {
          case "rollcall-ready" -> Announcement.AnnouncementType.READY;
          case "rollcall-drain" -> Announcement.AnnouncementType.DRAIN;
          default -> null;
        };
    if (kind != null) {
      Announcements before = claims;
      take(claims.heard(kind, event.payload(), roster, clock.instant()));
      if (!claims.equals(before)) {
        changed.run();
      }
    }
  }

  /** Without a list to read the line is all there is. */
  private Roster applied(EventLine.MemberEvent event) {
    Roster known = roster == null ? Roster.UNREAD : roster;
    Member member = event.member();
    return event.type() == EventLine.MemberEventType.REAP && known.whole()
        ? known.without(member.name())
        : known.with(member);
  }

  private void pipeIs(MemberInput state) {
    String line = state instanceof MemberInput.PipeFailed failed ? failed.line() : null;
    troubles.set(ComponentHealth.Component.PIPE, line);
    stale();
  }

  private void rpcIs(MemberInput state) {
    String line = state instanceof MemberInput.AgentDisconnected lost ? lost.line() : null;
    connected = line == null;
    troubles.set(ComponentHealth.Component.SERF, line);
    stale();
  }

  private static Event note(EventKind kind, String text) {
    return new Event(kind, null, null, text);
  }
}
