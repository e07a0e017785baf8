package io.rollcall.haproxy;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.Slot.Admin;
import io.rollcall.core.model.SlotId;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
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
  // 0x02 inherited, 0x20 name not resolved. 0x04, "disabled" in the configuration, is still set
  // after
  // `state ready` and is not maintenance.
  private static final int MAINT = 0x23;
  private static final int DRAIN = 0x18;
  private static final int FORCED_MAINT = 0x01;
  private static final int FORCED_DRAIN = 0x08;
  private static final int DISABLED_IN_CONFIGURATION = 0x04;

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
    var columns = TableRow.columns(lines.removeFirst().substring(HEADER.length()).split(" "));
    var rows =
        lines.stream().map(line -> new TableRow(columns, Arrays.asList(line.split(" ")))).toList();
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

  /** As {@code srv_admin_state}; whether the configuration disables the server is unchanged. */
  static int adminBits(TableRow row, Admin admin) {
    int forced =
        switch (admin) {
          case MAINT -> FORCED_MAINT;
          case DRAIN -> FORCED_DRAIN;
          case READY -> 0;
        };
    return forced | disabledBit(row);
  }

  /** The server line has {@code disabled}. */
  static boolean disabledInConfiguration(TableRow row) {
    return disabledBit(row) != 0;
  }

  private static int disabledBit(TableRow row) {
    return (int) row.number("srv_admin_state") & DISABLED_IN_CONFIGURATION;
  }

  /** The column is there from 2.6 on. */
  static boolean ssl(TableRow row) {
    return row.columns().contains("srv_use_ssl") && row.number("srv_use_ssl") != 0;
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

  static SlotId id(TableRow row) {
    return new SlotId(backend(row), row.text("srv_name"));
  }

  /**
   * @param stats what {@code show stat} has of it, and alone knows; null for nothing
   */
  static Slot.Configured configured(TableRow row, @Nullable TableRow stats) {
    String host = row.text("srv_fqdn");
    return new Slot.Configured(
        host.equals("-") ? null : host,
        row.count("srv_iweight"),
        stats != null && StatCsv.backup(stats),
        stats == null ? null : StatCsv.staticCookie(stats),
        row.count("srv_port") == 0);
  }

  /** Null for a server without an address, or with the placeholder. */
  static @Nullable Endpoint endpoint(TableRow row) {
    return endpoint(row.text("srv_name"), row.text("srv_addr"), row.count("srv_port"));
  }

  /** The same of a server's address as text. */
  static @Nullable Endpoint endpoint(String server, String address, int port) {
    if (address.equals("-") || address.equals(Slot.PLACEHOLDER) || port == 0) {
      return null;
    }
    try {
      return new Endpoint(InetAddress.ofLiteral(address), port);
    } catch (IllegalArgumentException _) {
      throw new Unreadable("server " + server + ": expected an IP address and a port");
    }
  }
}
