package io.rollcall.haproxy;

import io.rollcall.core.model.Slot.Admin;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The text of the server-state file, which HAProxy loads at its start. It differs from the dump:
 * HAProxy would start a server that was down or joining as up, so such a row is written as
 * maintenance.
 */
public final class ServerStateFile {
  /** Columns that change while nothing else does: times and counts of checks. */
  private static final List<String> VOLATILE =
      List.of(
          "srv_time_since_last_change",
          "srv_check_status",
          "srv_check_result",
          "srv_check_health",
          "srv_check_state",
          "srv_agent_state");

  private ServerStateFile() {}

  /**
   * The next text. Slots of the named backends without a member are omitted, because the
   * configuration starts them in maintenance; those in drain and maintenance are unchanged. If no
   * slot of a backend serves now but some did before, its rows are the previous ones: a balancer
   * that lost its network starts again with the last serving set. Rows of other backends are as in
   * the dump.
   *
   * @param previous the text written last, empty for none; malformed text counts as none
   * @param dump {@code show servers state} of all backends; throws {@link Unreadable} for other
   *     text
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

  /** Whether HAProxy would start the same from both: times and counts of checks are ignored. */
  public static boolean same(String one, String other) {
    return one.equals(other) || stable(one).equals(stable(other));
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

  /** The text without the volatile columns; malformed text unchanged. */
  private static String stable(String text) {
    try {
      var state = ServersState.parse(text);
      return new ServersState(
              state.columns(), state.rows().stream().map(ServerStateFile::stable).toList())
          .text();
    } catch (Unreadable _) {
      return text;
    }
  }

  private static TableRow stable(TableRow row) {
    for (String column : VOLATILE) {
      row = row.with(column, "-");
    }
    return row;
  }
}
