package io.rollcall.haproxy;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.PlannerInput.TrackedSessions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy as the controller reads and changes it, over its admin socket. It connects at the first
 * call and stays connected until {@link #close}. Every failure has one line as its message. Used on
 * the context that made it.
 */
public final class HaproxyClient {
  private final List<String> backends;
  private final Metrics metrics;
  private final RuntimeApi api;
  private final SessionCounter sessions;
  private final OldWorkers oldWorkers;
  private final ConfigurationFile configuration;
  private final TableExamination tables;
  private final PortlessSlots portless = new PortlessSlots();

  /** What is wrong with the admin socket itself, since it was connected last. */
  private List<ConfigurationFinding> socket = List.of();

  /** What was read last; null after a failure or a lost connection, so that all is read again. */
  private @Nullable Snapshot last;

  /**
   * @param socket path of the admin socket
   * @param backends whose slots are read
   * @param clock steady; {@link TrackedSessions#lastSeen} is a time of this clock
   * @param inputs receives {@link HaproxyInput.Connected} and {@link HaproxyInput.Disconnected}
   */
  public HaproxyClient(
      Vertx vertx,
      String socket,
      List<String> backends,
      InstantSource clock,
      Metrics metrics,
      Consumer<HaproxyInput> inputs) {
    this(vertx, new Paths(socket, null, ""), backends, clock, metrics, inputs);
  }

  /**
   * Paths of HAProxy.
   *
   * @param socket its admin socket
   * @param configuration its configuration file, to be reported on; null for none
   * @param stateFile that Rollcall writes for it
   */
  public record Paths(String socket, @Nullable String configuration, String stateFile) {}

  /** The same with more than the socket. */
  public HaproxyClient(
      Vertx vertx,
      Paths paths,
      List<String> backends,
      InstantSource clock,
      Metrics metrics,
      Consumer<HaproxyInput> inputs) {
    this.backends = List.copyOf(backends);
    this.metrics = metrics;
    this.api = new RuntimeApi(vertx, paths.socket(), listener(inputs));
    this.sessions = new SessionCounter(clock, api, metrics);
    this.configuration =
        new ConfigurationFile(vertx, paths.configuration(), paths.stateFile(), this.backends);
    this.oldWorkers = new OldWorkers(clock);
    this.tables = new TableExamination(api);
  }

  /**
   * Reads slots, then counts sessions. {@link Effect.Scope#COUNTERS} becomes a complete read if
   * more than a counter of a used slot changed or if it is another process, {@link
   * Effect.Scope#SLOTS} if one is no longer in maintenance, or joining, as it was; see {@link
   * Snapshot#complete}. Only a complete read shows what a person did to a free slot, and a drain of
   * a slot that is down.
   */
  public Future<HaproxyInput.SlotsRead> read(Effect.ReadSlots effect) {
    return snapshot(effect)
        .map(portless::remembered)
        .compose(this::withSurroundings)
        .onSuccess(snapshot -> last = snapshot)
        .compose(snapshot ->
            count(snapshot, effect)
                .map(counted -> new HaproxyInput.SlotsRead(effect.cycle(), snapshot, counted)))
        .onFailure(_ -> last = null);
  }

  /**
   * Sends the steps and waits for every reply. HAProxy continues after a step that it refuses.
   * After a failure it is unknown which steps were executed: a complete read must follow. Throws
   * IllegalArgumentException, and sends nothing, for a name or number that must not reach a
   * command.
   */
  public Future<HaproxyInput.StepsAnswered> send(Effect.SendSteps effect) {
    if (effect.steps().isEmpty()) {
      return Future.succeededFuture(new HaproxyInput.StepsAnswered(effect.cycle(), List.of()));
    }
    long began = System.nanoTime();
    return api.apply(effect.steps(), effect.info())
        .map(results -> {
          metrics.applied(results.size(), Duration.ofNanos(System.nanoTime() - began));
          return new HaproxyInput.StepsAnswered(effect.cycle(), results);
        });
  }

  /** The unparsed {@code show servers state} of all backends, for {@link ServerStateFile}. */
  public Future<String> dump() {
    return api.dump();
  }

  /**
   * HAProxy's number of the server that holds the session; null if the backend's table does not
   * have it.
   *
   * @param key SHA-1 of the session's cookie as 40 capital hex digits
   */
  public Future<@Nullable Integer> server(String backend, String key) {
    return api.server(backend, key).map(owner -> number(backend, owner));
  }

  /** An entry of a shared table has the number that another process has for the server. */
  private @Nullable Integer number(String backend, StickTable.@Nullable Owner owner) {
    Snapshot read = last;
    if (owner == null || (owner.address() != null && read == null)) {
      return null;
    }
    if (owner.address() == null || read == null) {
      return owner.id();
    }
    return read.pools().getOrDefault(backend, List.of()).stream()
        .filter(slot -> owner.address().equals(slot.endpoint()))
        .map(Slot::serverId)
        .findFirst()
        .orElse(null);
  }

  /** Closes the connection. No input follows. */
  public Future<Void> close() {
    return api.close();
  }

  private RuntimeApi.ConnectionListener listener(Consumer<HaproxyInput> inputs) {
    return new RuntimeApi.ConnectionListener() {
      @Override
      public void connected(HaproxyInfo info) {
        sessions.connected(info);
        oldWorkers.connected(info);
        tables.connected();
        api.level().onComplete(level -> socket = SocketDiagnosis.ofLevel(level.result()));
        // asked before the first reading, so that the first plan knows them
        api.listeners()
            .onSuccess(local -> inputs.accept(new HaproxyInput.LocalAddressesRead(local)))
            .onFailure(
                _ -> inputs.accept(new HaproxyInput.LocalAddressesRead(Listeners.parse(""))));
        inputs.accept(new HaproxyInput.Connected(info));
      }

      @Override
      public void disconnected(String reason) {
        last = null;
        inputs.accept(new HaproxyInput.Disconnected(reason));
      }

      @Override
      public void answered(String kind, Duration took) {
        metrics.commandAnswered(kind, took);
      }
    };
  }

  private Future<Snapshot> snapshot(Effect.ReadSlots effect) {
    Snapshot before = last;
    if (effect.scope() == Effect.Scope.ALL || before == null) {
      return api.read(backends);
    }
    var read =
        effect.scope() == Effect.Scope.SLOTS
            ? api.reread(before, effect.slots())
            : api.readCounters(before, effect.slots());
    return read.compose(seen -> seen == null ? api.read(backends) : Future.succeededFuture(seen));
  }

  /** With what the socket does not show; the configuration file is looked at as often as all is. */
  private Future<Snapshot> withSurroundings(Snapshot snapshot) {
    if (!snapshot.reread().isEmpty()) {
      return Future.succeededFuture(snapshot); // a join does not wait for what it does not need
    }
    Future<List<ConfigurationFinding>> findings =
        snapshot.complete()
            ? configuration.findings().map(this::withSocket)
            : Future.succeededFuture(snapshot.configuration());
    return findings
        .compose(found -> tables.findings(snapshot).map(tables -> united(found, tables)))
        .map(found -> snapshot.with(found, oldWorkers.running(configuration.hardStopAfter())));
  }

  /** The file may show the same fault of a table; it is said once. */
  private List<ConfigurationFinding> united(
      List<ConfigurationFinding> found, List<ConfigurationFinding> tables) {
    var all = new ArrayList<>(found);
    for (ConfigurationFinding finding : tables) {
      boolean known =
          finding.fault() == ConfigurationFinding.Fault.TABLE_UNEXAMINED
              && finding.pool() != null
              && configuration.has(finding.pool());
      if (!known && all.stream().noneMatch(finding::isSame)) {
        all.add(finding);
      }
    }
    return all;
  }

  private List<ConfigurationFinding> withSocket(List<ConfigurationFinding> found) {
    return Stream.concat(socket.stream(), found.stream()).toList();
  }

  /**
   * One pool after the other: each count costs HAProxy time. None with a reading of some slots
   * alone: what was counted before stays.
   */
  private Future<Map<SlotId, TrackedSessions>> count(Snapshot snapshot, Effect.ReadSlots effect) {
    var all = new HashMap<SlotId, TrackedSessions>();
    if (!snapshot.reread().isEmpty()) {
      return Future.succeededFuture(all);
    }
    Future<Void> counted = Future.succeededFuture();
    for (var pool : snapshot.pools().entrySet()) {
      List<Slot> leaving = named(pool.getValue(), effect.leaving());
      List<Slot> viewed = named(pool.getValue(), effect.viewed());
      viewed.removeAll(leaving);
      counted =
          counted
              .compose(_ -> sessions.countSessions(pool.getKey(), leaving, viewed))
              .map(found -> {
                all.putAll(found);
                return null;
              });
    }
    return counted.map(all);
  }

  private static List<Slot> named(List<Slot> slots, Set<SlotId> ids) {
    var named = new ArrayList<Slot>();
    slots.stream().filter(slot -> ids.contains(slot.id())).forEach(named::add);
    return named;
  }
}
