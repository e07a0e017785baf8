package io.rollcall.haproxy;

import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.ServerReport.CheckResult;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the process and all slots of some backends. A backend is asked for by its id: {@code show
 * stat} with a name takes the first proxy of that name, which may be a frontend.
 */
final class SnapshotParser {
  private static final String NO_SERVERS = "Can't find backend.";
  private static final String NO_STATS = "No such proxy.";

  private SnapshotParser() {}

  /** The commands whose replies {@link #parse} reads. */
  static List<Command> commands(List<String> backends, Map<String, Integer> ids) {
    var commands = new ArrayList<>(List.of(Command.INFO, Command.PROXIES, Command.TABLES));
    for (String backend : backends) {
      Integer id = ids.get(backend);
      commands.add(Command.servers(backend));
      if (id != null) {
        commands.add(Command.serverStats(id));
      }
    }
    return commands;
  }

  /** HAProxy's ids of its backends by name, in the reply to {@link Command#PROXIES}. */
  static Map<String, Integer> ids(String proxies) {
    var ids = new TreeMap<String, Integer>();
    for (TableRow row : StatCsv.rows(proxies)) {
      if (row.text("svname").equals("BACKEND")) {
        ids.put(row.text("pxname"), row.count("iid"));
      }
    }
    return ids;
  }

  /**
   * The snapshot of these replies.
   *
   * @param settings receives those of each server
   * @param first has each backend as it was reported first over this connection, and receives that
   */
  static Snapshot parse(
      List<String> backends,
      Map<String, Integer> ids,
      List<String> replies,
      Map<SlotId, List<String>> settings,
      Map<String, BackendReport> first) {
    Iterator<String> next = replies.subList(3, replies.size()).iterator();
    HaproxyInfo info = InfoParser.active(replies);
    var pools = new HashMap<String, List<Slot>>();
    var problems = new ArrayList<String>();
    for (String backend : backends) {
      String servers = next.next();
      String rows = ids.containsKey(backend) ? next.next() : NO_STATS;
      if (servers.equals(NO_SERVERS)) {
        problems.add(missing(backend, ids));
      } else if (rows.equals(NO_STATS)) {
        problems.add(disabled(backend));
      } else {
        Map<String, TableRow> stats = servers(backend, rows);
        stats.forEach(
            (name, row) -> settings.put(new SlotId(backend, name), StatCsv.settings(row)));
        pools.put(backend, slots(ServersState.parse(servers), stats));
      }
    }
    return new Snapshot(
        true,
        Set.of(),
        info,
        pools,
        problems,
        backends(StatCsv.rows(replies.get(1)), replies.get(2), pools.keySet(), first),
        List.of(),
        List.of());
  }

  /** The parts of a server that {@code show stat} reports. */
  static ServerReport report(@Nullable TableRow state, @Nullable TableRow stats) {
    String tracks = stats == null ? "" : stats.text("tracked");
    return new ServerReport(
        stats == null ? "" : stats.text("status"),
        state == null ? 0 : state.count("srv_admin_state"),
        state == null ? 0 : state.count("srv_op_state"),
        state == null ? 0 : state.count("srv_check_state"),
        state == null ? 0 : state.count("srv_agent_state"),
        stats == null ? CheckResult.NONE : checked(stats),
        stats == null
            ? CheckResult.NONE
            : result(stats.text("agent_status"), stats.text("agent_code"), stats.text("last_agt")),
        state != null && ServersState.ssl(state),
        tracks.isEmpty() ? null : tracks);
  }

  /**
   * Throws {@link Unreadable} for rows of another backend: the ids are those of another process.
   */
  private static Map<String, TableRow> servers(String backend, String reply) {
    List<TableRow> rows = StatCsv.rows(reply);
    if (rows.stream().anyMatch(row -> !row.text("pxname").equals(backend))) {
      throw new Unreadable("show stat: expected rows of backend '" + backend + "'");
    }
    var servers = new HashMap<String, TableRow>();
    rows.forEach(row -> servers.put(row.text("svname"), row));
    return servers;
  }

  private static CheckResult checked(TableRow stats) {
    return result(StatCsv.check(stats), stats.text("check_code"), stats.text("last_chk"));
  }

  private static CheckResult result(String status, String code, String text) {
    return new CheckResult(
        status.startsWith("* ") ? status.substring(2) : status, number(code), text);
  }

  /** Null for a check without a code. */
  private static @Nullable Integer number(String code) {
    try {
      return code.isEmpty() ? null : Integer.valueOf(code);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /**
   * What is reported of backends as a whole.
   *
   * @param rows of {@code show stat}, also of other proxies
   * @param allTables the reply to {@link Command#TABLES}
   * @param read the backends that are wanted
   * @param first has each backend as it was reported first over this connection, and receives that
   */
  static Map<String, BackendReport> backends(
      List<TableRow> rows, String allTables, Set<String> read, Map<String, BackendReport> first) {
    var reports = new HashMap<String, BackendReport>();
    Map<String, Long> tables = StickTable.sizes(allTables);
    for (TableRow row : rows) {
      String name = row.text("pxname");
      if (row.text("svname").equals("BACKEND") && read.contains(name)) {
        var report =
            new BackendReport(
                row.text("status"),
                row.text("algo"),
                row.text("mode"),
                row.text("cookie"),
                row.number("stot"),
                tables.get(name));
        BackendReport before = first.get(name);
        BackendReport since = before == null ? report : tracking(before, report);
        first.put(name, since);
        reports.put(name, report.since(since));
      }
    }
    return reports;
  }

  /** That of the first report, but of the table the most that it had. */
  private static BackendReport tracking(BackendReport first, BackendReport now) {
    return first.withTracked(
        first.tracked() == null || now.tracked() == null
            ? now.tracked()
            : (Long) Math.max(first.tracked(), now.tracked()));
  }

  /** HAProxy has its servers, and neither starts nor reports it. */
  private static String disabled(String backend) {
    return ("backend '%s' is disabled in haproxy.cfg, so that no request reaches it: remove"
            + " \"disabled\" from it and reload HAProxy")
        .formatted(backend);
  }

  private static String missing(String backend, Map<String, Integer> ids) {
    return "HAProxy has no backend '%s'; it has %s (check pools[].backend)"
        .formatted(backend, ids.isEmpty() ? "none" : String.join(", ", ids.keySet()));
  }

  private static List<Slot> slots(ServersState state, Map<String, TableRow> stats) {
    return state.rows().stream()
        .map(row -> slot(row, stats.get(row.text("srv_name"))))
        .sorted(Comparator.comparing(Slot::id))
        .toList();
  }

  /**
   * A slot in maintenance, or one that joins and is down, with what can change there as {@code show
   * stat} has it now; null if it is not so any more, or cannot be read so.
   */
  static @Nullable Slot reread(Slot before, TableRow stats) {
    boolean same =
        switch (before.admin()) {
          case MAINT -> stats.text("status").equals("MAINT");
          case READY -> !before.running() && stats.text("status").startsWith("DOWN");
          case DRAIN -> false;
        };
    if (!same || !stats.columns().contains("uweight")) {
      return null;
    }
    return new Slot(
        before.id(),
        before.serverId(),
        StatCsv.endpoint(stats),
        before.admin(),
        before.running(),
        stats.count("uweight"),
        StatCsv.check(stats),
        StatCsv.load(stats),
        before.report().with(checked(stats)),
        before.configured());
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
        stats == null ? null : StatCsv.load(stats),
        report(row, stats),
        ServersState.configured(row, stats));
  }
}
