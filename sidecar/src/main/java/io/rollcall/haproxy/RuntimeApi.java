package io.rollcall.haproxy;

import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Typed client of HAProxy's admin socket. It connects at the first call and stays connected until
 * {@link #close}; while there is no connection each call fails at once with {@link
 * RuntimeFailure.NeverSent}. Every Future fails with a {@link RuntimeFailure} only. Used on the
 * context that made it.
 */
final class RuntimeApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String NO_STATS = "No such proxy.";

  /** Called on the context of the RuntimeApi. */
  interface ConnectionListener {
    /** A connection is open to a process that accepts commands, maybe another than before. */
    void connected(HaproxyInfo info);

    /**
     * There is no connection. Called once for each change of the reason.
     *
     * @param reason one line that names the socket
     */
    void disconnected(String reason);

    /**
     * A command was answered.
     *
     * @param kind its first two words
     * @param took from sending it to the end of the reply, including replies to earlier commands
     */
    default void answered(String kind, Duration took) {}
  }

  private final RuntimeLink link;

  /** What changes only with more than a counter, of each server at the last complete read. */
  private final Map<SlotId, List<String>> lastSettings = new HashMap<>();

  /** Each backend as it was reported first over the present connection. */
  private final Map<String, BackendReport> first = new HashMap<>();

  /** The ids of HAProxy's backends; they may be others in another process. */
  private Map<String, Integer> ids = Map.of();

  RuntimeApi(Vertx vertx, String socketPath, ConnectionListener listener) {
    this(vertx, socketPath, TIMEOUT, listener);
  }

  RuntimeApi(Vertx vertx, String socketPath, Duration timeout, ConnectionListener listener) {
    this.link = new RuntimeLink(vertx, socketPath, timeout, forgettingIds(listener));
  }

  /**
   * Reads the process and all slots of the backends, in one round trip, or two if the ids of the
   * backends are unknown. Throws IllegalArgumentException for a name that HAProxy does not accept.
   */
  Future<Snapshot> read(List<String> backends) {
    if (!ids.keySet().containsAll(backends)) {
      return link.send(List.of(Command.PROXIES), replies -> SnapshotParser.ids(replies.getFirst()))
          .compose(known -> read(backends, known));
    }
    return read(backends, ids);
  }

  private Future<Snapshot> read(List<String> backends, Map<String, Integer> known) {
    return link.send(
        SnapshotParser.commands(backends, known), replies -> complete(backends, known, replies));
  }

  /**
   * Reads the process, the backends as a whole, and only the counters of these slots: each costs
   * about as much as five slots in {@link #read}. Null if more than a counter of theirs changed, or
   * it is another process: then a complete read is needed.
   *
   * @param last what was read before
   */
  Future<@Nullable Snapshot> readCounters(Snapshot last, List<Slot> slots) {
    var backends = new ArrayList<>(List.of(Command.TABLES));
    for (String backend : last.pools().keySet()) {
      Integer id = ids.get(backend);
      if (id == null) {
        return Future.succeededFuture();
      }
      backends.add(Command.backendStats(id));
    }
    return readSlots(slots, backends, replies -> readCounters(last, slots, replies));
  }

  /**
   * Reads the process and these slots, which were in maintenance, or joining and down. Null if one
   * of them is not any more, or it is another process: then a complete read is needed.
   *
   * @param last what was read before
   */
  Future<@Nullable Snapshot> reread(Snapshot last, List<Slot> slots) {
    return readSlots(slots, List.of(), replies -> reread(last, slots, replies));
  }

  /** The replies are those of {@link InfoParser}, one for each slot, and those of the others. */
  private Future<@Nullable Snapshot> readSlots(
      List<Slot> slots, List<Command> others, Function<List<String>, @Nullable Snapshot> parser) {
    var commands = new ArrayList<>(InfoParser.COMMANDS);
    for (Slot slot : slots) {
      Integer backend = ids.get(slot.id().backend());
      if (backend == null) {
        return Future.succeededFuture();
      }
      commands.add(Command.serverStats(backend, slot.serverId()));
    }
    commands.addAll(others);
    return link.send(commands, parser);
  }

  /**
   * Sends the steps at once and waits for all replies, one for each step in order. HAProxy
   * continues after a step that it refuses; then the connection is verified, and closed if replies
   * and commands no longer match or the process is stopping. {@link RuntimeFailure.NeverSent} means
   * that no step was sent. Throws IllegalArgumentException, and sends nothing, for a step with a
   * name or number that must not reach a command.
   *
   * @param info of the process that executes them: versions differ in how they reply
   */
  Future<List<StepResult>> apply(List<Step> steps, HaproxyInfo info) {
    var commands = steps.stream().map(step -> StepCommand.of(step, info)).toList();
    var lines = commands.stream().map(StepCommand::command).toList();
    return link.connection()
        .compose(connection ->
            connection
                .send(lines)
                .map(replies -> results(commands, replies))
                .compose(results ->
                    results.stream().anyMatch(StepResult.Refused.class::isInstance)
                        ? RuntimeLink.verify(connection).map(results)
                        : Future.succeededFuture(results)));
  }

  /**
   * The tracked sessions of one server, none without a table. Costs HAProxy time in proportion to
   * the table (25 ms at 100,000 entries). More than about 45,000 are too large a reply.
   */
  Future<SessionSample> sessions(String backend, int serverId) {
    return link.send(
        List.of(Command.sessions(backend, serverId)),
        replies -> StickTable.sessions(replies.getFirst()));
  }

  /**
   * The server that holds the session; null if the backend's table does not have it. Costs nearly
   * nothing.
   *
   * @param key SHA-1 of the session's cookie as 40 capital hex digits
   */
  Future<StickTable.@Nullable Owner> server(String backend, String key) {
    return link.send(
        List.of(Command.session(backend, key)), replies -> StickTable.server(replies.getFirst()));
  }

  /** Whose the entries of the backend's table are. Costs HAProxy time as {@link #sessions}. */
  Future<StickTable.Owners> owners(String backend) {
    var commands = List.of(Command.owners(backend), Command.PEERS);
    return link.send(commands, replies -> StickTable.owners(backend, replies));
  }

  /** Whether other machines have the backend's table, too. Costs nearly nothing. */
  Future<Boolean> shared(String backend) {
    return link.send(
        List.of(Command.PEERS), replies -> StickTable.shared(replies.getFirst()).contains(backend));
  }

  /** Entries in the backend's table, 0 for no table. Costs nearly nothing. */
  Future<Long> tableSize(String backend) {
    return link.send(
        List.of(Command.TABLES), replies -> StickTable.size(replies.getFirst(), backend));
  }

  /** Where the process accepts connections, as far as it shows, and the machine's addresses. */
  Future<LocalAddresses> listeners() {
    return link.send(List.of(Command.LISTENERS), replies -> Listeners.parse(replies.getFirst()));
  }

  /** What the socket permits: {@code admin}, {@code operator} or {@code user}. */
  Future<String> level() {
    return link.send(List.of(Command.LEVEL), replies -> replies.getFirst().strip());
  }

  /** The unparsed {@code show servers state} of all backends, for {@link ServerStateFile}. */
  Future<String> dump() {
    return link.send(List.of(Command.ALL_SERVERS), List::getFirst);
  }

  /** Closes the connection. The listener is not called after it. */
  Future<Void> close() {
    return link.close();
  }

  private @Nullable Snapshot readCounters(Snapshot last, List<Slot> slots, List<String> replies) {
    var info = InfoParser.active(replies);
    if (info.pid() != last.info().pid()) {
      return null;
    }
    var loads = new HashMap<SlotId, Slot.Load>();
    for (int i = 0; i < slots.size(); i++) {
      SlotId id = slots.get(i).id();
      TableRow row = row(id, replies.get(InfoParser.COMMANDS.size() + i));
      if (row == null || !StatCsv.settings(row).equals(lastSettings.get(id))) {
        return null;
      }
      loads.put(id, StatCsv.load(row));
    }
    return last.with(info, loads)
        .with(
            backends(
                last, replies.subList(InfoParser.COMMANDS.size() + slots.size(), replies.size())));
  }

  /** The backends as a whole, by the list of all tables and a row of each. */
  private Map<String, BackendReport> backends(Snapshot last, List<String> replies) {
    var rows =
        replies.stream()
            .skip(1)
            .filter(reply -> !reply.equals(NO_STATS))
            .flatMap(reply -> StatCsv.rows(reply).stream())
            .toList();
    return SnapshotParser.backends(rows, replies.getFirst(), last.pools().keySet(), first);
  }

  private @Nullable Snapshot reread(Snapshot last, List<Slot> slots, List<String> replies) {
    var info = InfoParser.active(replies);
    var read = new HashMap<SlotId, Slot>();
    for (int i = 0; i < slots.size(); i++) {
      SlotId id = slots.get(i).id();
      TableRow row = row(id, replies.get(InfoParser.COMMANDS.size() + i));
      Slot slot = row == null ? null : SnapshotParser.reread(slots.get(i), row);
      if (row == null || slot == null) {
        return null;
      }
      lastSettings.put(id, StatCsv.settings(row));
      read.put(id, slot);
    }
    return info.pid() == last.info().pid() ? last.reread(info, read) : null;
  }

  /** Null for a server that HAProxy does not have. */
  private static @Nullable TableRow row(SlotId slot, String stats) {
    return stats.equals(NO_STATS) ? null : StatCsv.servers(stats).get(slot.server());
  }

  private Snapshot complete(
      List<String> backends, Map<String, Integer> known, List<String> replies) {
    lastSettings.clear();
    ids = SnapshotParser.ids(replies.get(1));
    return SnapshotParser.parse(backends, known, replies, lastSettings, first);
  }

  private ConnectionListener forgettingIds(ConnectionListener listener) {
    return new ConnectionListener() {
      @Override
      public void connected(HaproxyInfo info) {
        ids = Map.of();
        first.clear();
        listener.connected(info);
      }

      @Override
      public void disconnected(String reason) {
        listener.disconnected(reason);
      }

      @Override
      public void answered(String kind, Duration took) {
        listener.answered(kind, took);
      }
    };
  }

  private static List<StepResult> results(List<StepCommand> commands, List<String> replies) {
    return IntStream.range(0, commands.size())
        .mapToObj(i -> commands.get(i).result(replies.get(i)))
        .toList();
  }
}
