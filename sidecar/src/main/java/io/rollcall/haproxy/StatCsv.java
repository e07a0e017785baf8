package io.rollcall.haproxy;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.ServerCounters;
import io.rollcall.core.model.Slot;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Parses {@code show stat}: CSV after a line {@code # pxname,svname,…}. A field with a comma, a
 * quote or a newline, such as the output of a check or agent, is in double quotes.
 */
final class StatCsv {
  private static final String START = "# ";

  private static final Set<String> USED =
      Set.of(
          "pxname",
          "svname",
          "iid",
          "mode",
          "algo",
          "cookie",
          "tracked",
          "check_code",
          "last_chk",
          "agent_status",
          "agent_code",
          "last_agt",
          "scur",
          "qcur",
          "stot",
          "econ",
          "eresp",
          "rate",
          "req_rate",
          "slim",
          "used_conn_cur",
          "bck",
          "check_status",
          "hrsp_2xx",
          "hrsp_3xx",
          "hrsp_4xx",
          "hrsp_5xx",
          "qtime",
          "ctime",
          "rtime",
          "downtime",
          "lastchg",
          "bin",
          "bout",
          "wretr",
          "wredis",
          "cli_abrt",
          "srv_abrt",
          "check_duration",
          "status",
          "weight",
          "uweight",
          "addr");

  private static final Pattern DYNAMIC_COOKIE = Pattern.compile("[0-9a-f]{16}");

  private StatCsv() {}

  /** The rows of a reply; throws {@link Unreadable} for anything else. */
  static List<TableRow> rows(String reply) {
    if (!reply.startsWith(START) || reply.length() == START.length()) {
      throw new Unreadable("show stat: expected a line of column names first");
    }
    String csv = reply.substring(START.length());
    if (csv.indexOf('"') < 0) {
      return plain(csv.lines().toList());
    }
    var records = records(csv);
    var columns = TableRow.columns(records.removeFirst().toArray(String[]::new));
    return records.stream().map(fields -> new TableRow(columns, fields)).toList();
  }

  /**
   * The usual case, each second for every slot: of a hundred fields only the few that are used are
   * extracted.
   */
  private static List<TableRow> plain(List<String> lines) {
    var columns = List.of(lines.getFirst().split(",", -1));
    int[] used =
        IntStream.range(0, columns.size()).filter(i -> USED.contains(columns.get(i))).toArray();
    var kept = TableRow.columns(Arrays.stream(used).mapToObj(columns::get).toArray(String[]::new));
    return lines.stream().skip(1).map(line -> new TableRow(kept, fields(line, used))).toList();
  }

  /** Fewer fields than columns if the line is too short. */
  private static List<String> fields(String line, int[] used) {
    var fields = new ArrayList<String>(used.length);
    int start = 0;
    int column = 0;
    for (int wanted : used) {
      for (; column < wanted && start <= line.length(); column++) {
        start = end(line, start) + 1;
      }
      if (start <= line.length()) {
        fields.add(line.substring(start, end(line, start)));
      }
    }
    return fields;
  }

  private static int end(String line, int start) {
    int comma = line.indexOf(',', start);
    return comma < 0 ? line.length() : comma;
  }

  /** The rows by server name. */
  static Map<String, TableRow> servers(String reply) {
    var servers = new HashMap<String, TableRow>();
    rows(reply).forEach(row -> servers.put(row.text("svname"), row));
    return servers;
  }

  /** {@code 127.0.0.1:80} or {@code [::1]:80}; null as {@link ServersState#endpoint} is. */
  static @Nullable Endpoint endpoint(TableRow row) {
    String text = row.text("addr");
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 1 || !port.matches("[0-9]{1,5}")) {
      throw new Unreadable("column addr: expected an address and a port");
    }
    String address = text.substring(0, colon).replace("[", "").replace("]", "");
    return ServersState.endpoint(row.text("svname"), address, Integer.parseInt(port));
  }

  /** Whether it is a backup server. */
  static boolean backup(TableRow row) {
    return row.columns().contains("bck") && row.count("bck") > 0;
  }

  /** The server's cookie; null for none, and for one that HAProxy computed: 16 hex digits. */
  static @Nullable String staticCookie(TableRow row) {
    String cookie = row.columns().contains("cookie") ? row.text("cookie") : "";
    return cookie.isEmpty() || DYNAMIC_COOKIE.matcher(cookie).matches() ? null : cookie;
  }

  static Slot.Load load(TableRow row) {
    return new Slot.Load(
        // a request is no longer counted before its connection is idle again; a connection that
        // became idle after the slot got its next occupant would be used for that one
        Math.max(row.count("scur"), row.count("used_conn_cur")),
        row.count("qcur"),
        row.number("stot"),
        row.number("econ") + row.number("eresp"),
        row.count("rate"),
        row.count("slim"),
        counters(row));
  }

  private static @Nullable ServerCounters counters(TableRow row) {
    if (!row.columns().contains("check_duration")) {
      return null;
    }
    return new ServerCounters(
        row.number("hrsp_2xx"),
        row.number("hrsp_3xx"),
        row.number("hrsp_4xx"),
        row.number("hrsp_5xx"),
        row.number("qtime"),
        row.number("ctime"),
        row.number("rtime"),
        row.number("downtime"),
        row.number("lastchg"),
        row.number("bin"),
        row.number("bout"),
        row.number("wretr"),
        row.number("wredis"),
        row.number("cli_abrt"),
        row.number("srv_abrt"),
        row.number("check_duration"),
        row.text("check_code").isEmpty() ? null : (int) row.number("check_code"),
        row.text("last_chk").isEmpty() ? null : row.text("last_chk"));
  }

  /** The fields of a server that change only when more than a counter changed. */
  static List<String> settings(TableRow row) {
    return List.of(
        row.text("status"), row.text("weight"), row.text("addr"), row.text("slim"), check(row));
  }

  /** The last check's status, also while another check runs ({@code "* L7OK"}). */
  static String check(TableRow row) {
    String status = row.text("check_status");
    return status.startsWith("* ") ? status.substring(2) : status;
  }

  private static List<List<String>> records(String csv) {
    var records = new ArrayList<List<String>>();
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (c == '"') {
        // a doubled quote inside quotes closes and reopens them: it means one quote
        if (!quoted && i > 0 && csv.charAt(i - 1) == '"') {
          field.append('"');
        }
        quoted = !quoted;
      } else if (quoted || (c != ',' && c != '\n')) {
        field.append(c);
      } else {
        fields.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          records.add(List.copyOf(fields));
          fields.clear();
        }
      }
    }
    fields.add(field.toString());
    records.add(List.copyOf(fields));
    return records;
  }
}
