package io.rollcall.haproxy;

import io.rollcall.core.model.Endpoint;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses {@code show table}: a line {@code # table: nodes, type: string, size:102400, used:2} for
 * the table, then {@code 0x…: key=… use=0 exp=1799995 server_id=1 …} for each entry. Keys do not
 * leave this class: each identifies a session.
 */
final class StickTable {
  private static final Pattern HEADER =
      Pattern.compile("^# table: ([^,\n]+), .*\\bused:(\\d{1,18})\\b", Pattern.MULTILINE);
  // a space or '=' in a key is escaped, so " exp=" is never part of a key
  private static final Pattern ENTRY =
      Pattern.compile("^0x[0-9a-f]+: key=.*? exp=(\\d{1,18})\\b", Pattern.MULTILINE);

  private static final Pattern SERVER =
      Pattern.compile("^0x[0-9a-f]+: key=.*? server_id=(\\d{1,9})\\b", Pattern.MULTILINE);

  private static final Pattern KEY =
      Pattern.compile(
          "^0x[0-9a-f]+: key=.*? exp=(\\d{1,18})\\b.*? server_id=\\d{1,9} server_key=(\\S+)",
          Pattern.MULTILINE);

  private static final Pattern PEER =
      Pattern.compile("^\\s+0x[0-9a-f]+: id=[^ (]+\\((remote|local)\\b");
  private static final Pattern SHARED = Pattern.compile("^\\s+table:0x[0-9a-f]+ id=(\\S+) ");

  /** HAProxy's reply for a backend that tracks no sessions: no table, or one for other data. */
  static final String UNTRACKED =
      "No such table|(?:Filter entry #1: )?Data type not stored in this table";

  private StickTable() {}

  /** The entries in the reply; none for a backend that tracks no sessions. */
  static SessionSample sessions(String reply) {
    if (reply.matches(UNTRACKED)) {
      return new SessionSample(0, Duration.ZERO);
    }
    if (!HEADER.matcher(reply).lookingAt() || reply.contains("\n# contents not dumped")) {
      throw new Unreadable(
          "show table: the entries are not shown (expected \"level operator\" or more)");
    }
    var lifetimes = ENTRY.matcher(reply).results().mapToLong(e -> Long.parseLong(e.group(1)));
    var statistics = lifetimes.summaryStatistics();
    return new SessionSample(
        (int) statistics.getCount(), Duration.ofMillis(Math.max(0, statistics.getMax())));
  }

  /**
   * Whose the entries of a table are.
   *
   * @param entries those that name a server by its id
   * @param byKey those of each name or address by which they name servers, too
   * @param shared other processes write to the table, too
   */
  record Owners(int entries, Map<String, SessionSample> byKey, boolean shared) {
    private static final SessionSample NONE = new SessionSample(0, Duration.ZERO);

    /** The entries name servers by address: {@code srvkey addr}. */
    boolean byAddress() {
      return byKey.keySet().stream().anyMatch(key -> endpoint(key) != null);
    }

    /** Those of the server at this address, whatever number it has. */
    SessionSample at(Endpoint address) {
      return byKey.entrySet().stream()
          .filter(each -> address.equals(endpoint(each.getKey())))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(NONE);
    }
  }

  /**
   * The server that an entry names.
   *
   * @param id its number, in the process that made the entry
   * @param address null for a table without {@code srvkey addr}
   */
  record Owner(int id, @Nullable Endpoint address) {}

  /**
   * The address in a server's key, {@code 192.0.2.1:80}, {@code 2001:db8::1:80}; null for a name.
   */
  static @Nullable Endpoint endpoint(String key) {
    int colon = key.lastIndexOf(':');
    if (colon < 0 || !key.substring(colon + 1).matches("[1-9]\\d{0,4}")) {
      return null;
    }
    try {
      return new Endpoint(
          InetAddress.ofLiteral(key.substring(0, colon)),
          Integer.parseInt(key.substring(colon + 1)));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /**
   * The owners of a backend's table; none for a table that stores no servers.
   *
   * @param replies to {@link Command#owners} and {@link Command#PEERS}
   */
  static Owners owners(String backend, List<String> replies) {
    String reply = replies.getFirst();
    if (reply.matches(UNTRACKED)) {
      return new Owners(0, Map.of(), false);
    }
    var byKey = new HashMap<String, SessionSample>();
    KEY.matcher(reply)
        .results()
        .forEach(entry -> {
          var one = new SessionSample(1, Duration.ofMillis(Long.parseLong(entry.group(1))));
          byKey.merge(entry.group(2), one, SessionSample::and);
        });
    return new Owners(
        (int) SERVER.matcher(reply).results().count(),
        byKey,
        shared(replies.get(1)).contains(backend));
  }

  /**
   * Tables that a remote peer has, too. With the local peer a process shares them with its own
   * successor, whose servers have the same numbers.
   */
  static Set<String> shared(String peers) {
    var tables = new HashSet<String>();
    boolean remote = false;
    for (String line : peers.lines().toList()) {
      var peer = PEER.matcher(line);
      var table = SHARED.matcher(line);
      if (peer.find()) {
        remote = peer.group(1).equals("remote");
      } else if (remote && table.find()) {
        tables.add(table.group(1));
      }
    }
    return tables;
  }

  /** The server that an entry names; null for no entry. */
  static @Nullable Owner server(String reply) {
    var server = SERVER.matcher(reply);
    if (!server.find()) {
      return null;
    }
    var key = KEY.matcher(reply);
    return new Owner(Integer.parseInt(server.group(1)), key.find() ? endpoint(key.group(2)) : null);
  }

  /** Entries in the backend's table according to the list of all tables, 0 for no table. */
  static long size(String reply, String backend) {
    return sizes(reply).getOrDefault(backend, 0L);
  }

  /** Entries in each table, by its name. */
  static Map<String, Long> sizes(String reply) {
    var sizes = new HashMap<String, Long>();
    HEADER
        .matcher(reply)
        .results()
        .forEach(header -> sizes.put(header.group(1), Long.valueOf(header.group(2))));
    return sizes;
  }
}
