package io.rollcall.haproxy;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Slot.Admin;
import io.rollcall.core.model.SlotId;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The text of the server-state file, which HAProxy loads at its start. It has rows of slots only,
 * and of each row only what haproxy.cfg can't say: address, port, admin state and weight. The
 * fields after {@code srvrecord} (TLS, ports of check and agent) are left out, so that they are as
 * configured.
 */
public final class ServerStateFile {
  /** The fields that every version of HAProxy requires. */
  private static final List<String> COLUMNS =
      List.of(
          "be_id",
          "be_name",
          "srv_id",
          "srv_name",
          "srv_addr",
          "srv_op_state",
          "srv_admin_state",
          "srv_uweight",
          "srv_iweight",
          "srv_time_since_last_change",
          "srv_check_status",
          "srv_check_result",
          "srv_check_health",
          "srv_check_state",
          "srv_agent_state",
          "bk_f_forced_id",
          "srv_f_forced_id",
          "srv_fqdn",
          "srv_port",
          "srvrecord");

  /** Columns that change while nothing else does: times and counts of checks. */
  private static final List<String> VOLATILE =
      List.of(
          "srv_time_since_last_change", "srv_check_status", "srv_check_result", "srv_check_health");

  private ServerStateFile() {}

  /**
   * The next text. Slots without a member are omitted if the configuration starts them in
   * maintenance; otherwise they would be up until their first check. HAProxy would start a server
   * that was down or joining as up, so such a row is written as maintenance. If no slot of a
   * backend serves now but some did before, those that are down have their previous rows: a
   * balancer that lost its network starts again with the last serving set. One that was taken out
   * meanwhile, as by a leave, stays out.
   *
   * @param previous the text written last, empty for none; malformed text counts as none
   * @param dump {@code show servers state} of all backends; throws {@link Unreadable} for other
   *     text
   * @param slots the servers that have rows
   */
  public static String next(String previous, String dump, Set<SlotId> slots) {
    List<TableRow> now = rows(ServersState.parse(dump), slots);
    List<TableRow> before = rows(before(previous), slots);
    var rows =
        now.stream()
            .map(ServersState::backend)
            .distinct()
            .flatMap(backend -> pool(of(backend, before), of(backend, now)))
            .toList();
    return new ServersState(COLUMNS, rows).text();
  }

  /** The {@link #next} text; the previous one where HAProxy would start the same from both. */
  public static String update(String previous, String dump, Set<SlotId> slots) {
    String next = next(previous, dump, slots);
    return same(previous, next) ? previous : next;
  }

  /** Whether HAProxy would start the same from both: times and counts of checks are ignored. */
  public static boolean same(String one, String other) {
    return one.equals(other) || stable(one).equals(stable(other));
  }

  private static Stream<TableRow> pool(List<TableRow> before, List<TableRow> now) {
    boolean lost =
        now.stream().noneMatch(ServersState::serving)
            && before.stream().anyMatch(ServersState::serving);
    var previous = new HashMap<SlotId, TableRow>();
    if (lost) {
      before.forEach(row -> previous.putIfAbsent(ServersState.id(row), row));
    }
    return now.stream()
        .map(row -> {
          TableRow last = previous.get(ServersState.id(row));
          return last != null && isLost(row, last) ? last : written(row);
        })
        .filter(row ->
            ServersState.endpoint(row) != null || !ServersState.disabledInConfiguration(row));
  }

  /** It is in rotation and its check fails, or HAProxy started without it. */
  private static boolean isLost(TableRow row, TableRow last) {
    boolean failing = ServersState.admin(row) != Admin.MAINT && !ServersState.running(row);
    Endpoint endpoint = ServersState.endpoint(row);
    return endpoint == null || (failing && endpoint.equals(ServersState.endpoint(last)));
  }

  /**
   * The row with the fields that the file has. Whether its check is enabled is left to the
   * configuration: no flag is set that HAProxy would apply.
   */
  private static TableRow written(TableRow row) {
    boolean starts = startsInRotation(row);
    Admin admin = starts ? ServersState.admin(row) : Admin.MAINT;
    return required(row)
        .with("srv_op_state", starts && ServersState.running(row) ? "2" : "0")
        .with("srv_admin_state", Integer.toString(ServersState.adminBits(row, admin)))
        .with("srv_check_state", "0")
        .with("srv_agent_state", "0");
  }

  /**
   * HAProxy never applies the address of a server that is configured with an IP address, but its
   * port and its state: it would be up at the port of a member and at another address.
   */
  private static boolean startsInRotation(TableRow row) {
    boolean addressApplies = ServersState.configured(row, null).host() != null;
    boolean down = ServersState.admin(row) == Admin.READY && !ServersState.running(row);
    return addressApplies && !down;
  }

  private static TableRow required(TableRow row) {
    return new TableRow(COLUMNS, COLUMNS.stream().map(row::text).toList());
  }

  private static ServersState before(String previous) {
    var none = new ServersState(COLUMNS, List.of());
    try {
      var before = ServersState.parse(previous);
      return new ServersState(
          COLUMNS, before.rows().stream().map(ServerStateFile::required).toList());
    } catch (Unreadable _) {
      return none;
    }
  }

  private static List<TableRow> rows(ServersState state, Set<SlotId> slots) {
    return state.rows().stream().filter(row -> slots.contains(ServersState.id(row))).toList();
  }

  private static List<TableRow> of(String backend, List<TableRow> rows) {
    return rows.stream().filter(row -> ServersState.backend(row).equals(backend)).toList();
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
