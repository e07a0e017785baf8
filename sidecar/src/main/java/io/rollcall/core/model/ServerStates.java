package io.rollcall.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of all values by which HAProxy, 2.6 to 3.5, reports the state of a server: what a
 * member in rotation is shown as, in which words, and what is done. A value that no row has is
 * shown as {@code down}: nothing is called serving that is not known to get requests.
 */
public final class ServerStates {
  private static final String NOTHING = "nothing";
  private static final String ORDER =
      "an intent by hand; nothing if the server has an agent-check that is enabled";
  private static final Pattern COUNT = Pattern.compile(" \\d+/\\d+$");
  private static final Pattern VIA = Pattern.compile("\\(via .*\\)$");

  /** All rows, by field in the order of the values. */
  public static final List<Row> TABLE = table();

  private static final Map<String, Map<String, Row>> BY_FIELD =
      TABLE.stream()
          .collect(
              Collectors.groupingBy(Row::field, Collectors.toMap(Row::value, Function.identity())));

  private ServerStates() {}

  /**
   * One value of one field.
   *
   * @param field HAProxy's name of it
   * @param value as HAProxy prints it; of a bit mask one bit, in hexadecimal
   * @param shown a member in rotation is shown as this; null if the value alone does not decide it
   * @param words on page and in texts
   * @param action what Rollcall does about a member in rotation
   */
  public record Row(
      String field, String value, @Nullable MemberState shown, String words, String action) {}

  /** What a member in rotation is shown as, whose slot HAProxy reports so. */
  public static MemberState shown(Slot slot) {
    Row status = status(slot);
    MemberState shown = status.shown() == null ? MemberState.DOWN : status.shown();
    return shown == MemberState.SERVING && slot.weight() == 0 ? MemberState.DRAINING : shown;
  }

  /** Why a member in rotation gets no new sessions; null if it gets them. */
  public static @Nullable String why(Slot slot) {
    Row status = status(slot);
    if (status.shown() == MemberState.SERVING) {
      return slot.weight() == 0 ? "weight 0: it keeps its sessions and gets no new ones" : null;
    }
    return status.shown() == MemberState.DOWN && !status.value().equals("DOWN (agent)")
        ? check(slot)
        : status.words();
  }

  /** The result of its last check: {@code check L7STS 404: Not Found}; its text is foreign. */
  public static String check(Slot slot) {
    ServerReport.CheckResult result = slot.report().check();
    var text = new StringBuilder("check ").append(slot.check());
    if (result.code() != null && result.code() != 0) {
      text.append(' ').append(result.code());
    }
    return result.text().isEmpty()
        ? text.toString()
        : text.append(": ").append(result.text()).toString();
  }

  /** The row of the slot's status. Where it was not read, of the one that its bits amount to. */
  private static Row status(Slot slot) {
    String text = slot.report().status();
    if (text.isEmpty()) {
      text =
          switch (slot.admin()) {
            case MAINT -> "MAINT";
            case DRAIN -> "DRAIN";
            case READY -> slot.running() ? "UP" : "DOWN";
          };
    }
    String value =
        text.indexOf(' ') < 0
            ? text
            : VIA.matcher(COUNT.matcher(text).replaceFirst(" n/m")).replaceFirst("(via B/S)");
    Row row = find("status", value);
    return row != null
        ? row
        : new Row("status", value, null, "HAProxy reports an unknown status: " + text, NOTHING);
  }

  /** The row of a value; null if the table has none. */
  public static @Nullable Row find(String field, String value) {
    return BY_FIELD.getOrDefault(field, Map.of()).get(value);
  }

  private static List<Row> table() {
    var rows = new ArrayList<Row>();
    rows.addAll(statuses());
    rows.addAll(bits());
    rows.addAll(checks("check_status"));
    rows.addAll(checks("agent_status"));
    return List.copyOf(rows);
  }

  private static List<Row> statuses() {
    String out = "it keeps its sessions and gets no new ones";
    String watch = "reported; the member is given up once Serf reports it failed, too";
    return List.of(
        status("UP", MemberState.SERVING, "up", NOTHING),
        status("UP n/m", MemberState.SERVING, "up, its last checks failed", NOTHING),
        status("DOWN", MemberState.DOWN, "its check fails", watch),
        status("DOWN n/m", MemberState.DOWN, "down, its last checks passed", watch),
        status("DOWN (agent)", MemberState.DOWN, "its agent-check reports it down", watch),
        status("NOLB", MemberState.DRAINING, "its check asks for no new sessions", NOTHING),
        status("NOLB n/m", MemberState.DRAINING, "its check asks for no new sessions", NOTHING),
        status("DRAIN", MemberState.DRAINING, "in drain: " + out, ORDER),
        status("DRAIN n/m", MemberState.DRAINING, "in drain: " + out, ORDER),
        status("DRAIN (agent)", MemberState.DRAINING, "in drain, it has an agent-check", ORDER),
        status("no check", MemberState.SERVING, "without a check", "enabled, if it is configured"),
        status("MAINT", MemberState.MAINT, "in maintenance", ORDER),
        status("MAINT (via B/S)", MemberState.MAINT, "the tracked server is in it", NOTHING),
        status("MAINT (resolution)", MemberState.MAINT, "its name is not resolved", NOTHING));
  }

  private static Row status(String value, MemberState shown, String words, String action) {
    return new Row("status", value, shown, words, action);
  }

  private static List<Row> bits() {
    String inherited = "nothing: it follows the tracked server";
    String check = "srv_check_state";
    String agent = "srv_agent_state";
    return List.of(
        operational("0", MemberState.DOWN, "stopped"),
        operational("1", MemberState.SERVING, "starting: slowstart raises its weight"),
        operational("2", MemberState.SERVING, "running"),
        operational("3", MemberState.DRAINING, "stopping: no new sessions"),
        admin("00", MemberState.SERVING, "ready", NOTHING),
        admin("01", MemberState.MAINT, "maintenance was set", ORDER),
        admin("02", MemberState.MAINT, "maintenance of the tracked server", inherited),
        admin("04", MemberState.SERVING, "\"disabled\" in haproxy.cfg, made ready", NOTHING),
        admin("08", MemberState.DRAINING, "drain was set", ORDER),
        admin("10", MemberState.DRAINING, "drain of the tracked server", inherited),
        admin("20", MemberState.MAINT, "its name is not resolved", NOTHING),
        admin("40", MemberState.SERVING, "its host name was set at run time", NOTHING),
        new Row(check, "00", null, "no check is configured", "reported; no check is waited for"),
        new Row(check, "01", null, "a check runs", NOTHING),
        new Row(check, "02", null, "configured; alone: switched off", "switched on, as drift"),
        new Row(check, "04", null, "enabled", NOTHING),
        new Row(check, "08", null, "paused in maintenance", NOTHING),
        new Row(agent, "00", null, "no agent-check is configured", NOTHING),
        new Row(agent, "01", null, "an agent-check runs", NOTHING),
        new Row(agent, "02", null, "configured; alone: switched off", "switched on in rotation"),
        new Row(agent, "04", null, "enabled", "switched off for an order and out of rotation"),
        new Row(agent, "08", null, "paused in maintenance", NOTHING),
        new Row(agent, "10", null, "it is an agent-check", NOTHING));
  }

  private static Row operational(String value, MemberState shown, String words) {
    return new Row("srv_op_state", value, shown, words, NOTHING);
  }

  private static Row admin(String bit, MemberState shown, String words, String action) {
    return new Row("srv_admin_state", bit, shown, words, action);
  }

  private static List<Row> checks(String field) {
    return List.of(
        check(field, "", "none: disabled or paused"),
        check(field, "UNK", "unknown"),
        check(field, "INI", "not checked yet"),
        check(field, "CHECKED", "it changed nothing"),
        check(field, "HANA", "too many failed requests"),
        check(field, "SOCKERR", "a socket error on this machine"),
        check(field, "L4OK", "the port accepts connections"),
        check(field, "L4TOUT", "no connection in time"),
        check(field, "L4CON", "the connection was refused or has no route"),
        check(field, "L6OK", "the TLS handshake succeeded"),
        check(field, "L6TOUT", "no TLS handshake in time"),
        check(field, "L6RSP", "the TLS handshake failed"),
        check(field, "L7TOUT", "no response in time"),
        check(field, "L7RSP", "the response was invalid"),
        check(field, "L7OK", "passed"),
        check(field, "L7OKC", "passed, no new sessions"),
        check(field, "L7STS", "the response was refused"),
        check(field, "PROCERR", "the check's program failed"),
        check(field, "PROCTOUT", "the check's program took too long"),
        check(field, "PROCOK", "the check's program succeeded"));
  }

  private static Row check(String field, String value, String words) {
    return new Row(field, value, null, words, NOTHING);
  }
}
