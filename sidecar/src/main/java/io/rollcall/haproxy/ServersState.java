package io.rollcall.haproxy;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.Slot.Admin;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code show servers state}, which is also the format of the server-state file: a line {@code 1},
 * a line {@code # be_id be_name …}, then one row for each server. Meaning of the fields: HAProxy's
 * management.txt, "show servers state".
 *
 * @param columns names of the columns
 */
record ServersState(List<String> columns, List<TableRow> rows) {
  static final String VERSION = "1";

  private static final String HEADER = "# ";
  private static final int FORCED_MAINT = 0x01;
  // 0x02 inherited, 0x20 name not resolved. 0x04, "disabled" in the configuration, stays after
  // `state ready` and means nothing.
  private static final int MAINT = 0x23;
  private static final int DRAIN = 0x18;

  private static final int CHECK_CONFIGURED = 0x02;
  private static final int CHECK_ENABLED = 0x04;

  /** Throws {@link Unreadable} for anything else. */
  static ServersState parse(String text) {
    var lines = new ArrayList<>(text.lines().filter(line -> !line.isBlank()).toList());
    if (lines.isEmpty() || !lines.removeFirst().equals(VERSION)) {
      throw new Unreadable("servers state of another version than " + VERSION);
    }
    if (lines.isEmpty() || !lines.getFirst().startsWith(HEADER)) {
      throw new Unreadable("servers state without column names");
    }
    var columns = List.of(lines.removeFirst().substring(HEADER.length()).split(" "));
    var rows = lines.stream().map(line -> new TableRow(columns, List.of(line.split(" ")))).toList();
    return new ServersState(columns, rows);
  }

  /** The text that {@link #parse} reads, each line ended. */
  String text() {
    var text = new StringBuilder(VERSION + "\n" + HEADER + String.join(" ", columns) + "\n");
    rows.forEach(row -> text.append(String.join(" ", row.fields())).append('\n'));
    return text.toString();
  }

  static String backend(TableRow row) {
    return row.text("be_name");
  }

  static Admin admin(TableRow row) {
    long bits = row.number("srv_admin_state");
    if ((bits & MAINT) != 0) {
      return Admin.MAINT;
    }
    return (bits & DRAIN) != 0 ? Admin.DRAIN : Admin.READY;
  }

  static boolean running(TableRow row) {
    return row.number("srv_op_state") != 0;
  }

  static boolean serving(TableRow row) {
    return admin(row) == Admin.READY && running(row);
  }

  /** A check is configured and not enabled; one that only rests, in maintenance, is. */
  static boolean unwatched(TableRow row) {
    return (row.number("srv_check_state") & (CHECK_CONFIGURED | CHECK_ENABLED)) == CHECK_CONFIGURED;
  }

  /** Null where the server has no address of a member. */
  static @Nullable Endpoint endpoint(TableRow row) {
    String address = row.text("srv_addr");
    int port = row.count("srv_port");
    if (address.equals("-") || address.equals(Slot.PLACEHOLDER) || port == 0) {
      return null;
    }
    try {
      return new Endpoint(InetAddress.ofLiteral(address), port);
    } catch (IllegalArgumentException _) {
      throw new Unreadable("server " + row.text("srv_name") + " has no address of IP and port");
    }
  }

  /** The row as if somebody had put the server to maintenance. */
  static TableRow inMaint(TableRow row) {
    return row.with("srv_op_state", "0")
        .with("srv_admin_state", Long.toString(row.number("srv_admin_state") | FORCED_MAINT));
  }
}
