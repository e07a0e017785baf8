package io.rollcall.haproxy;

import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy's configuration as far as it matters to the pools: what no command of the admin socket
 * shows. Words that are quoted or escaped are read, conditional blocks are read as if they applied.
 *
 * @param global lines of the sections {@code global}
 * @param backends lines of each backend, those of its defaults first
 */
record ConfigurationText(List<List<String>> global, Map<String, List<List<String>>> backends) {
  private static final Pattern WORD =
      Pattern.compile("(?:\"[^\"]*\"|'[^']*'|\\\\.|[^\\s\"'\\\\])+");
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?:-([^}]*))?\\}");
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(us|ms|s|m|h|d)?");
  private static final List<String> SECTIONS =
      List.of("frontend", "peers", "resolvers", "userlist", "mailers", "program", "cache", "ring");
  private static final List<String> HASHES =
      List.of("source", "uri", "url_param", "hdr", "rdp-cookie", "hash");

  /** Parses a file. Any text is accepted. */
  static ConfigurationText parse(String text) {
    var global = new ArrayList<List<String>>();
    var defaults = new LinkedHashMap<String, List<List<String>>>();
    var backends = new LinkedHashMap<String, List<List<String>>>();
    List<List<String>> last = List.of();
    List<List<String>> section = new ArrayList<>();
    for (String line : text.lines().toList()) {
      List<String> words = words(line);
      if (words.isEmpty()) {
        continue;
      }
      String keyword = words.getFirst();
      if (keyword.equals("global")) {
        section = global;
      } else if (keyword.equals("defaults")) {
        section = new ArrayList<>(from(words, defaults, List.of()));
        last = section;
        defaults.put(words.size() > 1 ? words.get(1) : "", section);
      } else if (keyword.equals("backend") || keyword.equals("listen")) {
        section = new ArrayList<>(from(words, defaults, last));
        backends.put(words.size() > 1 ? words.get(1) : "", section);
      } else if (SECTIONS.contains(keyword) && !line.startsWith(" ") && !line.startsWith("\t")) {
        section = new ArrayList<>();
      } else {
        section.add(words);
      }
    }
    return new ConfigurationText(global, backends);
  }

  /**
   * What keeps the pools from working.
   *
   * @param stateFile that Rollcall writes
   */
  List<ConfigurationFinding> findings(List<String> pools, String stateFile) {
    var findings = new ArrayList<ConfigurationFinding>();
    for (String pool : pools) {
      List<List<String>> lines = backends.get(pool);
      if (lines != null) {
        stateFile(pool, lines, stateFile, findings);
        balance(pool, lines, findings);
        table(pool, lines, findings);
      }
    }
    return findings;
  }

  /** How long a process may run on after a reload; null if that is not limited. */
  @Nullable Duration hardStopAfter() {
    String value = value(global, "hard-stop-after");
    Matcher time = TIME.matcher(value == null ? "" : value);
    if (!time.matches()) {
      return null;
    }
    long number = Long.parseLong(time.group(1));
    return switch (time.group(2) == null ? "ms" : time.group(2)) {
      case "us" -> Duration.ofNanos(number * 1000);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofMillis(number);
    };
  }

  private void stateFile(
      String pool, List<List<String>> lines, String stateFile, List<ConfigurationFinding> found) {
    String load = value(lines, "load-server-state-from-file");
    String file = value(global, "server-state-file");
    String base = value(global, "server-state-base");
    String path = file == null || file.startsWith("/") || base == null ? file : base + "/" + file;
    String cure = null;
    if (load == null || !load.equals("global")) {
      cure =
          "\"load-server-state-from-file global\" is missing: add it to the backend or its defaults";
    } else if (path == null) {
      cure =
          "\"server-state-file\" is missing: add \"server-state-file " + stateFile + "\" to global";
    } else if (!path.equals(stateFile)) {
      cure =
          "\"server-state-file\" is %s and haproxy.stateFile is %s: set one of them to the other"
              .formatted(path, stateFile);
    }
    if (cure != null) {
      found.add(new ConfigurationFinding(Fault.STATE_FILE_UNUSED, pool, cure));
    }
    if (lines.stream().anyMatch(ConfigurationText::isPlaceholderByAddress)) {
      found.add(
          new ConfigurationFinding(
              Fault.ADDRESSES_NOT_RESTORED,
              pool,
              "the slots have an IP address, which HAProxy keeps at its start whatever the state file"
                  + " says, so that members join again after each: write \"slot.invalid:1 init-addr last,192.0.2.1\" instead"));
    }
  }

  private static void balance(
      String pool, List<List<String>> lines, List<ConfigurationFinding> found) {
    String balance = value(lines, "balance");
    String name = balance == null ? "" : balance.replaceFirst("\\(.*", "");
    String hash = value(lines, "hash-type");
    boolean map = HASHES.contains(name) && (hash == null || !hash.equals("consistent"));
    if (map || name.equals("static-rr")) {
      found.add(
          new ConfigurationFinding(
              Fault.STATIC_BALANCE,
              pool,
              "balance %s accepts no weight but 0%% and 100%%: %s"
                  .formatted(
                      balance,
                      map ? "add \"hash-type consistent\"" : "use \"balance roundrobin\"")));
    }
  }

  private static void table(
      String pool, List<List<String>> lines, List<ConfigurationFinding> found) {
    List<String> table = line(lines, "stick-table");
    List<List<String>> sticking =
        lines.stream()
            .filter(words -> words.getFirst().equals("stick") && words.size() > 1)
            .toList();
    String other = otherTable(pool, sticking);
    if (other != null) {
      found.add(elsewhere(pool, other));
    }
    boolean rules = !sticking.isEmpty() && other == null;
    if (table != null && sticking.isEmpty() && line(lines, "cookie") != null) {
      found.add(
          new ConfigurationFinding(
              Fault.SESSIONS_UNTRACKED,
              pool,
              "the stick-table stores no sessions, so that a drain moves the clients of the cookie"
                  + " as soon as no request runs: add \"stick store-request\" and \"stick"
                  + " store-response\" with the application's session cookie"));
    }
    if (table == null || !rules) {
      return; // it tracks no sessions
    }
    int key = table.indexOf("srvkey");
    if (key < 0 || key + 1 >= table.size() || !table.get(key + 1).equals("addr")) {
      found.add(
          new ConfigurationFinding(
              Fault.NO_SERVER_KEYS,
              pool,
              "the stick-table names servers by their slot, which gets other members: add"
                  + " \"srvkey addr\" to it"));
    }
  }

  private static ConfigurationFinding elsewhere(String pool, String table) {
    return new ConfigurationFinding(
        Fault.SESSIONS_UNTRACKED,
        pool,
        ("sessions are stored in the stick-table of %s, which is not read, so that a drain waits"
                + " for none, and the next member of a slot may get those of the last: declare the"
                + " stick-table in the backend, and remove \"table %s\"")
            .formatted(table, table));
  }

  /** The table of another proxy that a rule of the backend names; null for none. */
  private static @Nullable String otherTable(String pool, List<List<String>> sticking) {
    return sticking.stream()
        .map(words -> after(words, "table"))
        .filter(name -> !name.isEmpty() && !name.equals(pool))
        .findFirst()
        .orElse(null);
  }

  private static String after(List<String> words, String keyword) {
    int at = words.indexOf(keyword);
    return at < 0 || at + 1 >= words.size() ? "" : words.get(at + 1);
  }

  /** A template whose servers are placeholders: disabled, with a literal address. */
  private static boolean isPlaceholderByAddress(List<String> words) {
    if (!words.getFirst().equals("server-template") || words.size() < 4) {
      return false;
    }
    String host = words.get(3).replaceFirst(":[^:]*$", "");
    return host.matches("[0-9.]+|.*:.*") && words.contains("disabled");
  }

  private static @Nullable String value(List<List<String>> lines, String keyword) {
    List<String> line = line(lines, keyword);
    return line == null || line.size() < 2 ? null : line.get(1);
  }

  /** The last line of a keyword counts. */
  private static @Nullable List<String> line(List<List<String>> lines, String keyword) {
    return lines.reversed().stream()
        .filter(words -> words.getFirst().equals(keyword))
        .findFirst()
        .orElse(null);
  }

  private static List<List<String>> from(
      List<String> words, Map<String, List<List<String>>> defaults, List<List<String>> otherwise) {
    int from = words.indexOf("from");
    return from < 0 || from + 1 >= words.size()
        ? otherwise
        : defaults.getOrDefault(words.get(from + 1), List.of());
  }

  private static List<String> words(String line) {
    var words = new ArrayList<String>();
    Matcher word = WORD.matcher(line);
    while (word.find() && !word.group().startsWith("#")) {
      words.add(expanded(word.group().replaceAll("[\"']", "").replaceAll("\\\\(.)", "$1")));
    }
    return words;
  }

  /** Variables have their defaults, because HAProxy's own environment is not known. */
  private static String expanded(String word) {
    return VARIABLE
        .matcher(word)
        .replaceAll(
            found -> Matcher.quoteReplacement(found.group(2) == null ? "" : found.group(2)));
  }
}
