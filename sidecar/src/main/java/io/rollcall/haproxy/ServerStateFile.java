package io.rollcall.haproxy;

import io.rollcall.core.model.Slot.Admin;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The text of the server-state file, which HAProxy loads at its start. It is not the dump: HAProxy
 * brings a server that was down or joining back as up, so such a row is written as maintenance.
 */
public final class ServerStateFile {
  /** What changes by itself while nothing has changed. */
  private static final List<String> RESTLESS =
      List.of(
          "srv_time_since_last_change",
          "srv_check_status",
          "srv_check_result",
          "srv_check_health",
          "srv_check_state",
          "srv_agent_state");

  private ServerStateFile() {}

  /**
   * The next text. Of the named backends slots without a member are left out, since the
   * configuration starts them in maintenance; drained and maintained ones stay as they are. Where
   * none of a backend's slots serves now but some did before, its rows stay as they were before: a
   * balancer that lost its network is to start again with the last set it knew. Rows of other
   * backends are as in the dump.
   *
   * @param previous the text written last, empty for none; foreign text counts as none
   * @param dump {@code show servers state} of all backends; throws {@link Unreadable} for another
   */
  public static String next(String previous, String dump, Set<String> backends) {
    var now = ServersState.parse(dump);
    var before = before(previous, now);
    var rows =
        now.rows().stream()
            .map(ServersState::backend)
            .distinct()
            .flatMap(backend -> {
              var current = rows(now, backend);
              return backends.contains(backend)
                  ? pool(rows(before, backend), current)
                  : current.stream();
            })
            .toList();
    return new ServersState(now.columns(), rows).text();
  }

  /** True where HAProxy would start the same from both: times and counts of checks don't count. */
  public static boolean same(String one, String other) {
    return one.equals(other) || steady(one).equals(steady(other));
  }

  private static Stream<TableRow> pool(List<TableRow> before, List<TableRow> now) {
    boolean keep =
        now.stream().noneMatch(ServersState::serving)
            && before.stream().anyMatch(ServersState::serving);
    return keep
        ? before.stream()
        : now.stream()
            .filter(row -> ServersState.endpoint(row) != null)
            .map(ServerStateFile::atStart);
  }

  private static TableRow atStart(TableRow row) {
    boolean ready = ServersState.admin(row) == Admin.READY;
    return ready && !ServersState.running(row) ? ServersState.inMaint(row) : row;
  }

  private static ServersState before(String previous, ServersState now) {
    var none = new ServersState(now.columns(), List.of());
    try {
      var before = ServersState.parse(previous);
      return before.columns().equals(now.columns()) ? before : none;
    } catch (Unreadable _) {
      return none;
    }
  }

  private static List<TableRow> rows(ServersState state, String backend) {
    return state.rows().stream().filter(row -> ServersState.backend(row).equals(backend)).toList();
  }

  /** The text without what is restless; text of another kind as it is. */
  private static String steady(String text) {
    try {
      var state = ServersState.parse(text);
      return new ServersState(
              state.columns(), state.rows().stream().map(ServerStateFile::steady).toList())
          .text();
    } catch (Unreadable _) {
      return text;
    }
  }

  private static TableRow steady(TableRow row) {
    for (String column : RESTLESS) {
      row = row.with(column, "-");
    }
    return row;
  }
}
