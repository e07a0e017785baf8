package io.rollcall.haproxy;

import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final String NO_SERVERS = "Can't find backend.";
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

  /** Each backend's servers by name, as {@code show stat} had them at the last complete read. */
  private final Map<String, Map<String, TableRow>> lastStats = new HashMap<>();

  RuntimeApi(Vertx vertx, String socketPath, ConnectionListener listener) {
    this(vertx, socketPath, TIMEOUT, listener);
  }

  RuntimeApi(Vertx vertx, String socketPath, Duration timeout, ConnectionListener listener) {
    this.link = new RuntimeLink(vertx, socketPath, timeout, listener);
  }

  /**
   * Reads the process and all slots of the backends, in one round trip. Throws
   * IllegalArgumentException for a name that HAProxy does not accept.
   */
  Future<Snapshot> read(List<String> backends) {
    var commands = new ArrayList<>(InfoParser.COMMANDS);
    for (String backend : backends) {
      commands.add(Command.servers(backend));
      commands.add(Command.serverStats(backend));
    }
    return link.send(commands, replies -> complete(backends, replies));
  }

  /**
   * Reads the process, and only the counters of these slots: each costs about as much as five slots
   * in {@link #read}. Null if more than a counter of theirs changed, or it is another process: then
   * a complete read is needed.
   *
   * @param last what was read before
   */
  Future<@Nullable Snapshot> readCounters(Snapshot last, List<Slot> slots) {
    var commands = new ArrayList<>(InfoParser.COMMANDS);
    slots.forEach(slot -> commands.add(Command.serverStats(slot.id().backend(), slot.serverId())));
    return link.send(commands, replies -> readCounters(last, slots, replies));
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
   * The tracked sessions of one server, none if the backend has no table. Costs HAProxy time in
   * proportion to the whole table (25 ms at 100,000 entries); check {@link #tableSize} first. A
   * server with more than about 45,000 entries cannot be counted: the reply is too large.
   */
  Future<SessionSample> sessions(String backend, int serverId) {
    return link.send(
        List.of(Command.sessions(backend, serverId)),
        replies -> StickTable.sessions(replies.getFirst()));
  }

  /**
   * HAProxy's number of the server that holds the session; null if the backend's table does not
   * have it. Costs nearly nothing.
   *
   * @param key SHA-1 of the session's cookie as 40 capital hex digits
   */
  Future<@Nullable Integer> server(String backend, String key) {
    return link.send(
        List.of(Command.session(backend, key)), replies -> StickTable.server(replies.getFirst()));
  }

  /** Entries in the backend's table, 0 for no table. Costs nearly nothing. */
  Future<Long> tableSize(String backend) {
    return link.send(
        List.of(Command.TABLES), replies -> StickTable.size(replies.getFirst(), backend));
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
    var info = RuntimeLink.requireActive(InfoParser.parse(replies));
    if (info.pid() != last.info().pid()) {
      return null;
    }
    var loads = new HashMap<SlotId, Slot.Load>();
    for (int i = 0; i < slots.size(); i++) {
      SlotId id = slots.get(i).id();
      String stats = replies.get(InfoParser.COMMANDS.size() + i);
      TableRow row = stats.equals(NO_STATS) ? null : StatCsv.servers(stats).get(id.server());
      TableRow before = lastStats.getOrDefault(id.backend(), Map.of()).get(id.server());
      if (row == null
          || before == null
          || !StatCsv.settings(row).equals(StatCsv.settings(before))) {
        return null;
      }
      loads.put(id, StatCsv.load(row));
    }
    return last.with(info, loads);
  }

  private Snapshot complete(List<String> backends, List<String> replies) {
    var info = RuntimeLink.requireActive(InfoParser.parse(replies));
    var pools = new HashMap<String, List<Slot>>();
    var problems = new ArrayList<String>();
    int next = InfoParser.COMMANDS.size();
    lastStats.clear();
    for (String backend : backends) {
      String servers = replies.get(next++);
      String stats = replies.get(next++);
      if (servers.equals(NO_SERVERS) || stats.equals(NO_STATS)) {
        problems.add("HAProxy has no backend '" + backend + "' (check pools[].backend)");
      } else {
        Map<String, TableRow> rows = StatCsv.servers(stats);
        pools.put(backend, slots(ServersState.parse(servers), rows));
        lastStats.put(backend, rows);
      }
    }
    return new Snapshot(true, info, pools, problems);
  }

  private static List<Slot> slots(ServersState state, Map<String, TableRow> stats) {
    return state.rows().stream()
        .map(row -> slot(row, stats.get(row.text("srv_name"))))
        .sorted(Comparator.comparing(Slot::id))
        .toList();
  }

  private static Slot slot(TableRow row, @Nullable TableRow stats) {
    return new Slot(
        new SlotId(ServersState.backend(row), row.text("srv_name")),
        row.count("srv_id"),
        ServersState.endpoint(row),
        ServersState.admin(row),
        ServersState.running(row),
        row.count("srv_uweight"),
        stats == null ? "" : StatCsv.check(stats),
        ServersState.checkDisabled(row),
        stats == null ? null : StatCsv.load(stats));
  }

  private static List<StepResult> results(List<StepCommand> commands, List<String> replies) {
    return IntStream.range(0, commands.size())
        .mapToObj(i -> commands.get(i).result(replies.get(i)))
        .toList();
  }
}
