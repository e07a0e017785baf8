package io.rollcall.haproxy;

import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code show table}: a line {@code # table: nodes, type: string, size:102400, used:2} for the
 * table, then {@code 0x…: key=… use=0 exp=1799995 server_id=1 …} for each entry. Keys stay here:
 * they stand for somebody's session.
 */
final class StickTable {
  private static final Pattern HEADER =
      Pattern.compile("^# table: ([^,\n]+), .*\\bused:(\\d{1,18})\\b", Pattern.MULTILINE);
  // A space or '=' within a key is escaped, so that " exp=" is never part of one.
  private static final Pattern ENTRY =
      Pattern.compile("^0x[0-9a-f]+: key=.*? exp=(\\d{1,18})\\b", Pattern.MULTILINE);

  private static final Pattern SERVER =
      Pattern.compile("^0x[0-9a-f]+: key=.*? server_id=(\\d{1,9})\\b", Pattern.MULTILINE);

  /** What HAProxy answers where a backend tracks no sessions: no table, or one for other ends. */
  static final String UNTRACKED =
      "No such table|(?:Filter entry #1: )?Data type not stored in this table";

  private StickTable() {}

  /** The entries shown. A backend that tracks nothing has none. */
  static SessionSample sessions(String reply) {
    if (reply.matches(UNTRACKED)) {
      return new SessionSample(0, Duration.ZERO);
    }
    if (!HEADER.matcher(reply).lookingAt() || reply.contains("\n# contents not dumped")) {
      throw new Unreadable("show table does not show the entries");
    }
    var lifetimes = ENTRY.matcher(reply).results().mapToLong(e -> Long.parseLong(e.group(1)));
    var statistics = lifetimes.summaryStatistics();
    return new SessionSample(
        (int) statistics.getCount(), Duration.ofMillis(Math.max(0, statistics.getMax())));
  }

  /** HAProxy's number of the server that an entry names; null where there is no entry. */
  static @Nullable Integer server(String reply) {
    var server = SERVER.matcher(reply);
    return server.find() ? Integer.valueOf(server.group(1)) : null;
  }

  /** Entries in the backend's table as the list of all tables says, 0 where it has no table. */
  static long size(String reply, String backend) {
    return HEADER
        .matcher(reply)
        .results()
        .filter(header -> header.group(1).equals(backend))
        .mapToLong(header -> Long.parseLong(header.group(2)))
        .sum();
  }
}
