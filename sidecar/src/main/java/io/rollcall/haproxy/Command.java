package io.rollcall.haproxy;

import java.util.regex.Pattern;

/**
 * One line for the admin socket. Lines are built in this package only, from names that HAProxy
 * itself accepts, numbers and addresses; never from a member's text.
 *
 * @param line without its newline
 * @param prompts how many prompts HAProxy prints for it: below 3.2 one for each command that {@code
 *     ;} separates, from 3.2 on one for the line
 */
record Command(String line, int prompts) {
  static final Command PROMPT = of("prompt");
  static final Command INFO = of("show info");

  static final Command LEVEL = of("show cli level");

  /** Listening sockets of the frontends that have {@code option socket-stats}. */
  static final Command LISTENERS = of("show stat -1 8 -1");

  static final Command FRONTENDS = of("show stat -1 1 -1");

  /** Frontends and backends, with HAProxy's ids of them. */
  static final Command PROXIES = of("show stat -1 3 -1");

  static final Command ALL_SERVERS = of("show servers state");
  static final Command TABLES = of("show table");
  static final Command PEERS = of("show peers");

  private static final Pattern KEY = Pattern.compile("[0-9A-F]{40}");

  /** HAProxy's characters for the name of a proxy or server ({@code invalid_char}, tools.c). */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");

  Command {
    if (!line.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("command: expected one line of printable ASCII");
    }
  }

  static Command of(String line) {
    return new Command(line, 1);
  }

  static Command servers(String backend) {
    return of("show servers state " + name(backend));
  }

  /** All servers of the backend with this id. */
  static Command serverStats(int backend) {
    return of("show stat #" + atLeastZero(backend) + " 4 -1");
  }

  /** The backend with this id as a whole. */
  static Command backendStats(int backend) {
    return of("show stat #" + atLeastZero(backend) + " 2 -1");
  }

  static Command serverStats(int backend, int serverId) {
    return of("show stat #" + atLeastZero(backend) + " 4 " + atLeastZero(serverId));
  }

  static Command sessions(String backend, int serverId) {
    return of("show table " + name(backend) + " data.server_id eq " + atLeastZero(serverId));
  }

  /** The entries of a table that name a server. */
  static Command owners(String backend) {
    return of("show table " + name(backend) + " data.server_id gt 0");
  }

  /** The entry of one session; throws IllegalArgumentException for anything but a hash. */
  static Command session(String backend, String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("session key: expected 40 capital hex digits");
    }
    return of("show table " + name(backend) + " key " + key);
  }

  /** The command without its arguments: its first two words, {@code show stat}. */
  String kind() {
    int first = line.indexOf(' ');
    int second = first < 0 ? -1 : line.indexOf(' ', first + 1);
    return second < 0 ? line : line.substring(0, second);
  }

  /** The name itself, safe in a command; throws IllegalArgumentException for any other text. */
  static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name of %d characters is not a name of HAProxy's (expected A-Z a-z 0-9 _ . : - only)"
              .formatted(name.length()));
    }
    return name;
  }

  /**
   * Keywords of a server line, unchanged; throws IllegalArgumentException for characters that could
   * begin another command.
   */
  static String options(String options) {
    if (!options.chars().allMatch(c -> c >= ' ' && c < 0x7f && ";\\<".indexOf(c) < 0)) {
      throw new IllegalArgumentException("server options: expected keywords without ; \\ or <");
    }
    return options;
  }

  static int atLeastZero(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("expected a number from 0, got " + number);
    }
    return number;
  }
}
