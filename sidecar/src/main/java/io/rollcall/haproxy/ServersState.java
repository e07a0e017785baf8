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
  // 0x02 inherited, 0x20 name not resolved. 0x04, "disabled" in the configuration, is still set
  // after
  // `state ready` and is not maintenance.
  private static final int MAINT = 0x23;
  private static final int DRAIN = 0x18;

  private static final int CHECK_CONFIGURED = 0x02;
  private static final int CHECK_ENABLED = 0x04;

  /** Parses a reply or a file; throws {@link Unreadable} for anything else. */
  static ServersState parse(String text) {
    var lines = new ArrayList<>(text.lines().filter(line -> !line.isBlank()).toList());
    if (lines.isEmpty() || !lines.removeFirst().equals(VERSION)) {
      throw new Unreadable("show servers state: expected version " + VERSION);
    }
    if (lines.isEmpty() || !lines.getFirst().startsWith(HEADER)) {
      throw new Unreadable("show servers state: expected a line of column names");
    }
    var columns = List.of(lines.removeFirst().substring(HEADER.length()).split(" "));
    var rows = lines.stream().map(line -> new TableRow(columns, List.of(line.split(" ")))).toList();
    return new ServersState(columns, rows);
  }

  /** The text that {@link #parse} reads. */
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

  /** A check is configured and disabled; one that only pauses, in maintenance, is enabled. */
  static boolean checkDisabled(TableRow row) {
    return (row.number("srv_check_state") & (CHECK_CONFIGURED | CHECK_ENABLED)) == CHECK_CONFIGURED;
  }

  /** Null for a server without an address, or with the placeholder. */
  static @Nullable Endpoint endpoint(TableRow row) {
    String address = row.text("srv_addr");
    int port = row.count("srv_port");
    if (address.equals("-") || address.equals(Slot.PLACEHOLDER) || port == 0) {
      return null;
    }
    try {
      return new Endpoint(InetAddress.ofLiteral(address), port);
    } catch (IllegalArgumentException _) {
      throw new Unreadable(
          "server " + row.text("srv_name") + ": expected an IP address and a port");
    }
  }

  /** The row with the server in maintenance. */
  static TableRow inMaint(TableRow row) {
    return row.with("srv_op_state", "0")
        .with("srv_admin_state", Long.toString(row.number("srv_admin_state") | FORCED_MAINT));
  }
}
