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
 * HAProxy's admin socket in typed terms. It connects at the first call and then keeps itself
 * connected until {@link #close}; while there is no connection each call fails at once with {@link
 * RuntimeFailure.NeverSent}. Used on the context that made it. Every Future fails with a {@link
 * RuntimeFailure} only.
 */
public final class RuntimeApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final String NO_SERVERS = "Can't find backend.";
  private static final String NO_STATS = "No such proxy.";

  /** Hears of the connection on the context of the RuntimeApi. */
  public interface ConnectionListener {
    /**
     * There is a connection to a HAProxy that takes commands. It may be another process than
     * before, see its pid: what was known of it is void.
     */
    void connected(HaproxyInfo info);

    /**
     * There is none, or none any more; each change of the reason is told once.
     *
     * @param reason one line that names the socket
     */
    void lost(String reason);

    /**
     * A command was answered.
     *
     * @param kind its first two words
     * @param took from its sending to the end of the reply, replies to earlier ones included
     */
    default void answered(String kind, Duration took) {}
  }

  private final RuntimeLink link;

  /** Each backend's servers by name, as {@code show stat} had them when all was read last. */
  private final Map<String, Map<String, TableRow>> shown = new HashMap<>();

  public RuntimeApi(Vertx vertx, String socketPath, ConnectionListener listener) {
    this(vertx, socketPath, TIMEOUT, listener);
  }

  RuntimeApi(Vertx vertx, String socketPath, Duration timeout, ConnectionListener listener) {
    this.link = new RuntimeLink(vertx, socketPath, timeout, listener);
  }

  /**
   * Reads the process and all slots of the backends, in one round trip. Throws
   * IllegalArgumentException for a name that HAProxy can't have.
   */
  public Future<Snapshot> read(List<String> backends) {
    var commands = new ArrayList<>(InfoParser.COMMANDS);
    for (String backend : backends) {
      commands.add(Command.servers(backend));
      commands.add(Command.serverStats(backend));
    }
    return link.ask(commands, replies -> observation(backends, replies));
  }

  /**
   * Reads the process again, and the counters of these slots alone: what each of them costs is
   * about what five cost in {@link #read}. Null where HAProxy shows more of them that is new, or is
   * another process: then all is worth reading.
   *
   * @param last what was read before
   */
  public Future<@Nullable Snapshot> glance(Snapshot last, List<Slot> slots) {
    var commands = new ArrayList<>(InfoParser.COMMANDS);
    slots.forEach(slot -> commands.add(Command.serverStats(slot.id().backend(), slot.serverId())));
    return link.ask(commands, replies -> glance(last, slots, replies));
  }

  /**
   * Sends the steps in one go and waits for all replies, one for each step in order. HAProxy goes
   * on after a step that it refuses; then the process is asked who it is, and the connection closed
   * unless it takes commands and its answer is the one to that. {@link RuntimeFailure.NeverSent}
   * means that no step was sent. Throws IllegalArgumentException, and sends nothing, where a step
   * holds a name or number that must not reach a command.
   *
   * @param info of the process that takes them: versions differ in how they reply
   */
  public Future<List<StepResult>> apply(List<Step> steps, HaproxyInfo info) {
    var commands = steps.stream().map(step -> StepCommand.of(step, info)).toList();
    var lines = commands.stream().map(StepCommand::command).toList();
    return link.connection()
        .compose(connection ->
            connection
                .send(lines)
                .map(texts -> judged(commands, texts))
                .compose(replies ->
                    replies.stream().anyMatch(StepResult.Refused.class::isInstance)
                        ? RuntimeLink.probe(connection).map(replies)
                        : Future.succeededFuture(replies)));
  }

  /**
   * The tracked sessions of one server, none where the backend has no table. Costs HAProxy time in
   * proportion to the whole table (25 ms at 100,000 entries); look at {@link #tableSize} first. A
   * server with more than about 45,000 entries can't be counted: the reply is too large.
   */
  public Future<SessionSample> sessions(String backend, int serverId) {
    return link.ask(
        List.of(Command.sessions(backend, serverId)),
        replies -> StickTable.sessions(replies.getFirst()));
  }

  /**
   * HAProxy's number of the server that holds the session, null where the backend's table does not
   * know it. Costs nearly nothing.
   *
   * @param key SHA-1 of the session's cookie as 40 capital hex digits
   */
  public Future<@Nullable Integer> server(String backend, String key) {
    return link.ask(
        List.of(Command.session(backend, key)), replies -> StickTable.server(replies.getFirst()));
  }

  /** Entries in the backend's table, 0 where it has none. Costs nearly nothing. */
  public Future<Long> tableSize(String backend) {
    return link.ask(
        List.of(Command.TABLES), replies -> StickTable.size(replies.getFirst(), backend));
  }

  /** {@code show servers state} of all backends as it came, for {@link ServerStateFile}. */
  public Future<String> dump() {
    return link.ask(List.of(Command.ALL_SERVERS), List::getFirst);
  }

  /** Ends the connection and all attempts; the listener hears nothing more. */
  public Future<Void> close() {
    return link.close();
  }

  private @Nullable Snapshot glance(Snapshot last, List<Slot> slots, List<String> replies) {
    var info = RuntimeLink.usable(InfoParser.parse(replies));
    if (info.pid() != last.info().pid()) {
      return null;
    }
    var loads = new HashMap<SlotId, Slot.Load>();
    for (int i = 0; i < slots.size(); i++) {
      SlotId id = slots.get(i).id();
      String stats = replies.get(InfoParser.COMMANDS.size() + i);
      TableRow row = stats.equals(NO_STATS) ? null : StatCsv.servers(stats).get(id.server());
      TableRow before = shown.getOrDefault(id.backend(), Map.of()).get(id.server());
      if (row == null || before == null || !StatCsv.traits(row).equals(StatCsv.traits(before))) {
        return null;
      }
      loads.put(id, StatCsv.load(row));
    }
    return last.with(info, loads);
  }

  private Snapshot observation(List<String> backends, List<String> replies) {
    var info = RuntimeLink.usable(InfoParser.parse(replies));
    var pools = new HashMap<String, List<Slot>>();
    var problems = new ArrayList<String>();
    int next = InfoParser.COMMANDS.size();
    shown.clear();
    for (String backend : backends) {
      String servers = replies.get(next++);
      String stats = replies.get(next++);
      if (servers.equals(NO_SERVERS) || stats.equals(NO_STATS)) {
        problems.add("HAProxy has no backend '" + backend + "'");
      } else {
        Map<String, TableRow> rows = StatCsv.servers(stats);
        pools.put(backend, slots(ServersState.parse(servers), rows));
        shown.put(backend, rows);
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
        ServersState.unwatched(row),
        stats == null ? null : StatCsv.load(stats));
  }

  private static List<StepResult> judged(List<StepCommand> commands, List<String> texts) {
    return IntStream.range(0, commands.size())
        .mapToObj(i -> commands.get(i).result(texts.get(i)))
        .toList();
  }
}
