package io.rollcall.cli.init;

import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.Placeholders;
import io.rollcall.haproxy.config.ProxyConfig;
import io.rollcall.haproxy.config.StateFileLine;
import java.io.Serial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Compares a configuration with what Rollcall requires of it. Lines of the user are never changed:
 * where one is in the way, that is an {@link Unfit}. Pure.
 */
public final class ConfigAdditions {
  /** Why lines alone do not help: one line with what to do. */
  public static final class Unfit extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    Unfit(String line) {
      super(line);
    }
  }

  private static final Set<String> HASHED =
      Set.of("source", "uri", "url_param", "hdr", "rdp-cookie", "hash");

  private final ProxyConfig config;
  private final Wanted wanted;

  public ConfigAdditions(ProxyConfig config, Wanted wanted) {
    this.config = config;
    this.wanted = wanted;
  }

  /** What is missing, in the order of the file; none if nothing is. Throws {@link Unfit}. */
  public List<Addition> compute() {
    var additions = new ArrayList<Addition>();
    add(additions, "global", config.global().isEmpty(), global());
    ConfigSection backend = config.backend(wanted.backend()).orElse(null);
    if (backend == null) {
      add(additions, "backend " + wanted.backend(), true, backend(fresh()));
    } else if (backend.conditional()) {
      throw new Unfit(
          "%s is in a block .if whose condition cannot be decided here: run it where HAProxy is installed"
              .formatted(backend.title()));
    } else {
      add(additions, backend.title(), false, backend(backend));
    }
    return additions;
  }

  /** The settings of the pool, by key, that follow from the backend and from what was asked for. */
  public Map<String, String> poolSettings() {
    var settings = new TreeMap<String, String>();
    settings.put("port", String.valueOf(wanted.port()));
    settings.put("readiness", readiness());
    config
        .backend(wanted.backend())
        .ifPresent(backend -> {
          String slots = hasSlots(backend) ? "" : Placeholders.names(backend);
          if (!slots.isEmpty()) {
            settings.put("slots", slots);
          }
          if (backend.value("http-reuse").equals("never") && !wanted.tcp()) {
            settings.put("privateConnections", "true");
          }
        });
    return settings;
  }

  /** The path of the check, asked with the Host that the check has; never by HTTP within TLS. */
  private String readiness() {
    if (wanted.tcp()) {
      return "tcp";
    }
    if (wanted.health() == null || wanted.caFile() != null) {
      return "off";
    }
    String host =
        config
            .backend(wanted.backend())
            .map(backend -> backend.lines("http-check", "send"))
            .filter(lines -> !lines.isEmpty())
            .map(lines -> lines.getLast())
            .filter(line -> line.after("hdr").equalsIgnoreCase("host"))
            .map(line -> line.word(line.words().indexOf("hdr") + 2))
            .filter(name -> name.matches("[A-Za-z0-9_.:-]{1,253}"))
            .orElse("");
    return host + wanted.health();
  }

  /** The admin socket that Rollcall uses: its own, or the one that is there. */
  public Path socket() {
    return wanted.socket();
  }

  /** The state file that HAProxy reads once the additions are in place. */
  public Path stateFile() {
    String own =
        config
            .backend(wanted.backend())
            .map(backend -> StateFileLine.of(config, backend))
            .filter(line -> line.keyword().equals("server-state-file-name"))
            .map(StateFileLine::path)
            .orElse("");
    if (own.startsWith("/")) {
      return Path.of(own);
    }
    ConfigSection global = config.global().orElse(null);
    String file = global == null ? "" : global.value("server-state-file");
    String base = global == null ? "" : global.value("server-state-base");
    if (file.isEmpty()) {
      return wanted.stateFile();
    }
    return base.isEmpty() ? Path.of(file) : Path.of(base).resolve(file);
  }

  private static void add(
      List<Addition> additions, String section, boolean isNew, List<String> lines) {
    if (!lines.isEmpty()) {
      additions.add(new Addition(section, isNew, lines));
    }
  }

  private ConfigSection fresh() {
    List<ConfigSection> defaults = config.sections("defaults");
    var inherited = new ArrayList<ConfigLine>();
    if (!defaults.isEmpty()) {
      inherited.addAll(defaults.getLast().inherited());
      inherited.addAll(defaults.getLast().own());
    }
    return new ConfigSection("backend", wanted.backend(), 0, List.of(), inherited);
  }

  private List<String> global() {
    ConfigSection global =
        config.global().orElse(new ConfigSection("global", "", 0, List.of(), List.of()));
    var lines = new ArrayList<String>();
    boolean own =
        global.lines("stats", "socket").stream()
            .anyMatch(line -> line.word(2).equals(wanted.socket().toString()));
    if (!own) {
      lines.add(
          "stats socket %s user root group %s mode 660 level admin"
              .formatted(wanted.socket(), wanted.group()));
    }
    unless(global.has("stats", "timeout"), "stats timeout 1h", lines);
    unless(global.has("stats", "maxconn"), "stats maxconn 20", lines);
    unless(global.has("hard-stop-after"), "hard-stop-after 1h", lines);
    unless(global.has("server-state-file"), "server-state-file " + wanted.stateFile(), lines);
    return lines;
  }

  private List<String> backend(ConfigSection backend) {
    mode(backend);
    balance(backend);
    var lines = new ArrayList<String>();
    if (wanted.tcp() && !backend.value("mode").equals("tcp")) {
      lines.add("mode tcp");
    }
    unless(
        backend.value("load-server-state-from-file").matches("global|local"),
        "load-server-state-from-file global",
        lines);
    unless(backend.has("option", "redispatch"), "option redispatch 1", lines);
    health(backend, lines);
    stickiness(backend, lines);
    if (!hasSlots(backend) && Placeholders.names(backend).isEmpty()) {
      lines.add("default-server " + serverOptions());
      lines.add(
          "server-template %s 1-%d slot.invalid:1 init-addr last,192.0.2.1 disabled"
              .formatted(prefix(backend), wanted.slots()));
    }
    return lines;
  }

  private void mode(ConfigSection backend) {
    boolean known = !backend.value("mode").isEmpty() && !backend.own().isEmpty();
    boolean tcp = backend.value("mode").equals("tcp");
    if (known && tcp != wanted.tcp()) {
      throw new Unfit(
          tcp
              ? "%s is in mode tcp: use --mode tcp".formatted(backend.title())
              : "%s is in mode http, not tcp".formatted(backend.title()));
    }
  }

  private static void balance(ConfigSection backend) {
    String algorithm = backend.value("balance").replaceFirst("[ (].*", "");
    boolean consistent = backend.value("hash-type").startsWith("consistent");
    if (algorithm.equals("static-rr") || (HASHED.contains(algorithm) && !consistent)) {
      throw new Unfit(
          "%s: balance %s is static, so servers cannot be changed at run time; %s"
              .formatted(
                  backend.title(),
                  algorithm,
                  HASHED.contains(algorithm)
                      ? "add hash-type consistent, or use balance roundrobin"
                      : "use balance roundrobin"));
    }
  }

  private void health(ConfigSection backend, List<String> lines) {
    String path = wanted.health();
    if (path != null && !wanted.tcp() && !backend.has("option", "httpchk")) {
      lines.add("option httpchk");
      lines.add("http-check send meth GET uri " + path);
      lines.add("http-check expect status 200");
    }
  }

  private void stickiness(ConfigSection backend, List<String> lines) {
    String session = wanted.cookie();
    if (session == null) {
      return;
    }
    if (backend.lines("cookie").isEmpty()) {
      lines.add("cookie ROLLCALL insert indirect nocache httponly dynamic");
    }
    if (!backend.has("dynamic-cookie-key")) {
      lines.add("dynamic-cookie-key \"${DYNAMIC_COOKIE_KEY}\"");
    }
    if (backend.lines("stick-table").isEmpty()) {
      lines.add("stick-table type string len 40 size 100k expire 30m srvkey addr");
    }
    if (backend.lines("stick").isEmpty()) {
      lines.add("stick store-request req.cook(%s),sha1,hex".formatted(session));
      lines.add("stick store-response res.cook(%s),sha1,hex".formatted(session));
    }
  }

  private String serverOptions() {
    String ca = wanted.caFile();
    return "check inter 200ms rise 1 fall 2 weight 100"
        + (ca == null ? "" : " ssl verify required ca-file " + ca);
  }

  private static boolean hasSlots(ConfigSection backend) {
    return Stream.of("server-template", "server")
        .flatMap(keyword -> backend.lines(keyword).stream())
        .anyMatch(Placeholders::isSlot);
  }

  /** A name that no server of the backend begins with. */
  private static String prefix(ConfigSection backend) {
    boolean taken =
        Stream.of("server-template", "server")
            .flatMap(keyword -> backend.lines(keyword).stream())
            .anyMatch(line -> line.word(1).startsWith("slot"));
    return taken ? "rollcall" : "slot";
  }

  private static void unless(boolean there, String line, List<String> lines) {
    if (!there) {
      lines.add(line);
    }
  }
}
