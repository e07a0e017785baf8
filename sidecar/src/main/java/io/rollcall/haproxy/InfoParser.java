package io.rollcall.haproxy;

import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.List;

/**
 * Parses {@code show info}, lines of {@code Name: value}. The request rate is not among them: it is
 * the sum of the frontends' rates.
 */
final class InfoParser {
  /** The commands whose replies {@link #parse} reads. */
  static final List<Command> COMMANDS = List.of(Command.INFO, Command.FRONTENDS);

  private InfoParser() {}

  /**
   * Parses the replies to {@link #COMMANDS}, or to {@link Command#PROXIES} as the second; further
   * replies are ignored.
   */
  static HaproxyInfo parse(List<String> replies) {
    String info = "\n" + replies.getFirst() + "\n";
    long requestRate =
        StatCsv.rows(replies.get(1)).stream()
            .filter(row -> row.text("svname").equals("FRONTEND"))
            .mapToLong(row -> row.count("req_rate"))
            .sum();
    return new HaproxyInfo(
        value(info, "Version"),
        (int) number(info, "Pid"),
        number(info, "Uptime_sec"),
        number(info, "Stopping") != 0,
        (int) number(info, "CurrConns"),
        (int) requestRate);
  }

  /**
   * The same. Throws {@link Unreadable} for a process that refuses all changes, whatever else it
   * shows.
   */
  static HaproxyInfo active(List<String> replies) {
    HaproxyInfo info = parse(replies);
    if (info.stopping()) {
      throw new Unreadable("HAProxy process " + info.pid() + " is stopping");
    }
    return info;
  }

  private static long number(String info, String key) {
    try {
      return Long.parseLong(value(info, key));
    } catch (NumberFormatException _) {
      throw new Unreadable("show info has no number for " + key);
    }
  }

  /** Searched in the text, because only a few of some eighty lines are used. */
  private static String value(String info, String key) {
    String start = "\n" + key + ": ";
    int at = info.indexOf(start);
    if (at < 0) {
      throw new Unreadable("show info has no " + key);
    }
    return info.substring(at + start.length(), info.indexOf('\n', at + 1));
  }
}
