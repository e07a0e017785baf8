package io.rollcall.haproxy;

import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ConfigTime;
import io.rollcall.haproxy.config.Placeholders;
import io.rollcall.haproxy.config.ProxyConfig;
import io.rollcall.haproxy.config.StateFileLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy's configuration as far as it matters to the pools: what no command of the admin socket
 * shows. Nothing is said of what a variable of HAProxy's environment decides, a condition that only
 * HAProxy can decide, or another file.
 */
record ConfigurationText(ProxyConfig config) {
  private static final List<String> HASHES =
      List.of("source", "uri", "url_param", "hdr", "rdp-cookie", "hash");

  /** Parses a file. Any text is accepted. */
  static ConfigurationText parse(String text) {
    return new ConfigurationText(ProxyConfig.parse(text));
  }

  /**
   * What keeps the pools from working.
   *
   * @param stateFile that Rollcall writes
   */
  List<ConfigurationFinding> findings(List<String> pools, String stateFile) {
    var findings = new ArrayList<ConfigurationFinding>();
    for (String pool : pools) {
      Optional<ConfigSection> backend = config.backend(pool);
      if (backend.isPresent() && backend.get().conditional()) {
        continue; // it may be another one
      }
      if (backend.isPresent()) {
        findings.addAll(findings(backend.get(), stateFile));
      } else if (!hasUnknownNames()) {
        findings.add(
            new ConfigurationFinding(
                Fault.NOT_IN_FILE,
                pool,
                "the file of haproxy.config has no such backend, so that what only HAProxy's"
                    + " configuration shows is not examined: name the file that has it"));
      }
    }
    return findings;
  }

  /** Whether the file says how the tables of this pool are declared. */
  boolean has(String pool) {
    return config.backend(pool).isPresent();
  }

  /** How long a process may run on after a reload; null if that is not limited. */
  @Nullable Duration hardStopAfter() {
    return ConfigTime.of(global("hard-stop-after"));
  }

  private List<ConfigurationFinding> findings(ConfigSection backend, String stateFile) {
    var findings = new ArrayList<ConfigurationFinding>();
    add(findings, backend, Fault.STATE_FILE_UNUSED, unloaded(backend, stateFile));
    if (backend.lines("server-template").stream()
        .anyMatch(line -> isPlaceholderByAddress(backend, line))) {
      add(
          findings,
          backend,
          Fault.ADDRESSES_NOT_RESTORED,
          "the slots have an IP address, which HAProxy keeps at its start whatever the state file"
              + " says, so that members join again after each: write \"slot.invalid:1 init-addr last,192.0.2.1\" instead");
    }
    add(findings, backend, Fault.PORTLESS, portless(backend));
    add(findings, backend, Fault.STATIC_BALANCE, balance(backend));
    add(findings, backend, Fault.SLOT_NAMED, slotNamed(backend));
    table(backend, findings);
    return findings;
  }

  private static void add(
      List<ConfigurationFinding> findings,
      ConfigSection backend,
      Fault fault,
      @Nullable String text) {
    if (text != null) {
      findings.add(new ConfigurationFinding(fault, backend.name(), text));
    }
  }

  private boolean hasUnknownNames() {
    return Stream.of("backend", "listen")
        .flatMap(kind -> config.sections(kind).stream())
        .anyMatch(section -> isUnknown(section.name()));
  }

  private static boolean isUnknown(String value) {
    return value.contains(ProxyConfig.UNKNOWN);
  }

  private String global(String keyword) {
    return config.global().map(section -> section.value(keyword)).orElse("");
  }

  /** Why HAProxy does not load the state file, with the cure; null if it does, or may. */
  private @Nullable String unloaded(ConfigSection backend, String stateFile) {
    if (config.global().isEmpty()) {
      return null; // another file has it, and maybe the defaults
    }
    StateFileLine line = StateFileLine.of(config, backend);
    if (line == null) {
      return "\"load-server-state-from-file global\" is missing: add it to the backend or its"
          + " defaults";
    }
    if (line.path().isEmpty()) {
      return "\"server-state-file\" is missing: add \"server-state-file "
          + stateFile
          + "\" to global";
    }
    return isUnknown(line.path()) || line.path().equals(stateFile)
        ? null
        : "\"%s\" is %s and haproxy.stateFile is %s: set one of them to the other"
            .formatted(line.keyword(), line.path(), stateFile);
  }

  private static @Nullable String balance(ConfigSection backend) {
    String balance = backend.value("balance");
    String name = balance.replaceFirst("[ (].*", "");
    String type = backend.value("hash-type");
    boolean map = HASHES.contains(name) && !type.startsWith("consistent") && !isUnknown(type);
    return map || name.equals("static-rr")
        ? "balance %s accepts no weight but 0%% and 100%%: %s"
            .formatted(
                balance.replaceFirst(" .*", ""),
                map ? "add \"hash-type consistent\"" : "use \"balance roundrobin\"")
        : null;
  }

  private static @Nullable String portless(ConfigSection backend) {
    return Stream.of("server", "server-template")
        .flatMap(keyword -> backend.lines(keyword).stream())
        .filter(Placeholders::isSlot)
        .filter(line -> !Placeholders.hasPort(line) && !line.conditional())
        .findFirst()
        .map(line ->
            "the slots %s have no port, so that requests fail after HAProxy restarts or is reloaded, although the check passes: HAProxy then adds the port of the frontend; write \"slot.invalid:1\""
                .formatted(line.word(1)))
        .orElse(null);
  }

  /** A slot that a rule sends requests to; null for none. */
  private static @Nullable String slotNamed(ConfigSection backend) {
    return backend.lines("use-server").stream()
        .filter(line -> !line.conditional())
        .map(line -> line.word(1))
        .filter(server -> isSlot(backend, server))
        .findFirst()
        .map(server ->
            "use-server names the slot %s, which gets other members: select members by a pool of their own, or remove the rule"
                .formatted(server))
        .orElse(null);
  }

  private static boolean isSlot(ConfigSection backend, String server) {
    return Stream.concat(
            backend.lines("server").stream().filter(line -> line.word(1).equals(server)),
            backend.lines("server-template").stream()
                .filter(line -> server.matches(Pattern.quote(line.word(1)) + "\\d+")))
        .anyMatch(Placeholders::isSlot);
  }

  private void table(ConfigSection backend, List<ConfigurationFinding> found) {
    List<ConfigLine> tables = backend.lines("stick-table");
    List<ConfigLine> rules = backend.lines("stick");
    if (Stream.concat(tables.stream(), rules.stream()).anyMatch(ConfigLine::conditional)) {
      return; // HAProxy may read others
    }
    String other = otherTable(backend.name(), rules);
    if (other != null) {
      add(found, backend, Fault.SESSIONS_UNTRACKED, elsewhere(other));
      return;
    }
    if (tables.isEmpty()) {
      return; // it tracks no sessions
    }
    if (rules.isEmpty()) {
      add(
          found,
          backend,
          Fault.SESSIONS_UNTRACKED,
          backend.lines("cookie").isEmpty()
              ? null
              : "the stick-table stores no sessions, so that a drain moves the clients of the cookie"
                  + " as soon as no request runs: add \"stick store-request\" and \"stick"
                  + " store-response\" with the application's session cookie");
    } else if (!List.of("addr", ProxyConfig.UNKNOWN).contains(tables.getLast().after("srvkey"))) {
      add(
          found,
          backend,
          Fault.NO_SERVER_KEYS,
          "the stick-table names servers by their slot, which gets other members: add"
              + " \"srvkey addr\" to it");
    }
  }

  private static String elsewhere(String table) {
    return ("sessions are stored in the stick-table of %s, which is not read, so that a drain waits"
            + " for none, and the next member of a slot may get those of the last: declare the"
            + " stick-table in the backend, and remove \"table %s\"")
        .formatted(table, table);
  }

  /** The table of another proxy that a rule of the backend names; null for none. */
  private static @Nullable String otherTable(String pool, List<ConfigLine> rules) {
    return rules.stream()
        .map(line -> line.after("table"))
        .filter(name -> !name.isEmpty() && !name.equals(pool) && !isUnknown(name))
        .findFirst()
        .orElse(null);
  }

  /** A template whose servers are placeholders: disabled, with a literal address. */
  private static boolean isPlaceholderByAddress(ConfigSection backend, ConfigLine line) {
    return Placeholders.hasAddress(line) && backend.option(line, "disabled") && !line.conditional();
  }
}
