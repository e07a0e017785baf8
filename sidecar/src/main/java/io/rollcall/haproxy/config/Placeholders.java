package io.rollcall.haproxy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Server lines of a backend that serve nothing until a member gets them: free slots. One with a
 * host name ends in {@code .invalid}; one with an IP address is disabled, and shows only by its
 * name that it is one.
 */
public final class Placeholders {
  private static final Pattern LITERAL =
      Pattern.compile("(ipv[46]@)?([0-9.]+|\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*]?)");

  private Placeholders() {}

  /** The host of a {@code server} or {@code server-template} line, without its port. */
  public static String host(ConfigLine line) {
    return line.word(isTemplate(line) ? 3 : 2).replaceFirst(":[^:\\]]*$", "");
  }

  /** The line has a host name that never resolves, as the slots have. */
  public static boolean isSlot(ConfigLine line) {
    return isSlotHost(host(line));
  }

  /** The host name never resolves, as that of the slots. */
  public static boolean isSlotHost(String host) {
    return host.toLowerCase(Locale.ROOT).endsWith(".invalid");
  }

  /** It has a port; without one HAProxy adds that of the frontend's to what is set. */
  public static boolean hasPort(ConfigLine line) {
    return !line.word(isTemplate(line) ? 3 : 2).equals(host(line));
  }

  private static boolean isTemplate(ConfigLine line) {
    return line.word(0).equals("server-template");
  }

  /** It has an IP address, which HAProxy keeps at its start whatever the state file says. */
  public static boolean hasAddress(ConfigLine line) {
    return LITERAL.matcher(host(line)).matches();
  }

  /**
   * A pattern of the names of the placeholders by IP address, {@code web[0-9]+}; empty if there are
   * none. A single disabled server is one that somebody took out, so that lines of {@code server}
   * count only from two on with one name and number, and with one address.
   */
  public static String names(ConfigSection backend) {
    var prefixes = new TreeSet<String>();
    for (ConfigLine line : disabled(backend, "server-template")) {
      prefixes.add(line.word(1));
    }
    disabled(backend, "server").stream()
        .filter(line -> line.word(1).matches(".*\\d"))
        .collect(Collectors.groupingBy(line -> prefix(line) + " " + line.word(2)))
        .values()
        .stream()
        .filter(lines -> lines.size() > 1)
        .forEach(lines -> prefixes.add(prefix(lines.getFirst())));
    if (prefixes.isEmpty()) {
      return "";
    }
    String names =
        prefixes.stream()
            .map(prefix -> prefix.replace(".", "\\."))
            .collect(Collectors.joining("|"));
    return (prefixes.size() == 1 ? names : "(" + names + ")") + "[0-9]+";
  }

  private static List<ConfigLine> disabled(ConfigSection backend, String keyword) {
    var found = new ArrayList<>(backend.lines(keyword));
    found.removeIf(line -> !hasAddress(line) || !backend.option(line, "disabled"));
    return found;
  }

  private static String prefix(ConfigLine line) {
    return line.word(1).replaceFirst("\\d+$", "");
  }
}
