package io.rollcall.haproxy;

import io.rollcall.core.HaproxyInfo;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code show info}: lines {@code Name: value}. It has no request rate, the frontends have. */
final class InfoText {
  /** The commands whose replies {@link #parse} takes. */
  static final List<Command> COMMANDS = List.of(Command.INFO, Command.FRONTENDS);

  private InfoText() {}

  /** Of the replies to {@link #COMMANDS}, further ones ignored. */
  static HaproxyInfo parse(List<String> replies) {
    var values = new HashMap<String, String>();
    replies
        .getFirst()
        .lines()
        .forEach(line -> {
          int colon = line.indexOf(": ");
          if (colon >= 0) {
            values.put(line.substring(0, colon), line.substring(colon + 2));
          }
        });
    long requestRate =
        StatCsv.rows(replies.get(1)).stream().mapToLong(row -> row.count("req_rate")).sum();
    return new HaproxyInfo(
        value(values, "Version"),
        (int) number(values, "Pid"),
        number(values, "Uptime_sec"),
        number(values, "Stopping") != 0,
        (int) number(values, "CurrConns"),
        (int) requestRate);
  }

  private static long number(Map<String, String> values, String key) {
    try {
      return Long.parseLong(value(values, key));
    } catch (NumberFormatException _) {
      throw new Unreadable("show info has no number for " + key);
    }
  }

  private static String value(Map<String, String> values, String key) {
    @Nullable String value = values.get(key);
    if (value == null) {
      throw new Unreadable("show info has no " + key);
    }
    return value;
  }
}
