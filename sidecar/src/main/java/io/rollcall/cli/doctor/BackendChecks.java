package io.rollcall.cli.doctor;

import io.rollcall.core.model.PoolPolicy;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.Placeholders;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The backend of one pool, as HAProxy shows it and as its configuration has it. */
final class BackendChecks {
  private static final Set<String> HASHED =
      Set.of("source", "uri", "url_param", "hdr", "rdp-cookie", "hash");

  private final PoolPolicy pool;
  private final ExaminationInput facts;
  private final DiagnosisCollector report;
  private final String about;
  private final @Nullable ConfigSection section;

  BackendChecks(PoolPolicy pool, ExaminationInput facts, DiagnosisCollector report) {
    this.pool = pool;
    this.facts = facts;
    this.report = report;
    this.about = "backend " + pool.backend();
    this.section = facts.section(pool);
  }

  void examine() {
    if (facts.live()) {
      try {
        List<Map<String, String>> servers = facts.socket().servers(pool.backend());
        if (servers.isEmpty() && !backends().contains(pool.backend())) {
          missing();
          return;
        }
        if (!backends().contains(pool.backend())) {
          disabled();
          return;
        }
        new SlotChecks(pool, facts, report).examine(servers, facts.taken(pool));
      } catch (IOException e) {
        report.fail(
            about, "cannot be read: " + e.getMessage(), Cure.run("systemctl restart haproxy"));
      }
    }
    if (section != null) {
      balance(section);
      new CheckRules(pool, section, report).examine();
      var stickiness = new StickinessChecks(about, section, report);
      stickiness.examine();
      if (facts.config() != null) {
        stickiness.sharing(facts.config());
      }
      restart(section);
    }
  }

  private List<String> backends() {
    return facts.stats().stream()
        .filter(row -> row.getOrDefault("svname", "").equals("BACKEND"))
        .map(row -> row.getOrDefault("pxname", ""))
        .toList();
  }

  /** HAProxy has its servers, and does not start it. */
  private void disabled() {
    List<ConfigLine> lines = section == null ? List.of() : section.lines("disabled");
    report.fail(
        about,
        "disabled in haproxy.cfg: no request reaches it",
        lines.isEmpty()
            ? Cure.follow("remove \"disabled\" from it, then reload HAProxy")
            : Cure.replace(lines.getLast().number(), "enabled"));
  }

  private void missing() {
    List<String> others = backends().stream().filter(name -> !name.equals("stats")).toList();
    List<String> fitting = others.stream().filter(this::hasSlots).toList();
    report.fail(
        about,
        "HAProxy has no such backend; it has " + String.join(", ", others),
        fitting.size() == 1
            ? Cure.setting("pools:\n  - backend: " + fitting.getFirst())
            : Cure.follow("set pools[].backend to one of them: " + String.join(", ", others)));
  }

  private boolean hasSlots(String backend) {
    try {
      return facts.socket().servers(backend).stream()
          .anyMatch(server -> Placeholders.isSlotHost(server.getOrDefault("srv_fqdn", "-")));
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
  }

  private void balance(ConfigSection backend) {
    String algorithm = backend.value("balance").replaceFirst("[ (].*", "");
    boolean consistent = backend.value("hash-type").startsWith("consistent");
    if (algorithm.equals("static-rr") || (HASHED.contains(algorithm) && !consistent)) {
      List<ConfigLine> own = backend.own().stream().filter(line -> line.starts("balance")).toList();
      report.fail(
          about,
          "balance %s is static: HAProxy refuses weights, and a change moves most clients"
              .formatted(algorithm),
          HASHED.contains(algorithm)
              ? Cure.add(backend.title(), "hash-type consistent")
              : own.isEmpty()
                  ? Cure.add(backend.title(), "balance roundrobin")
                  : Cure.replace(own.getLast().number(), "balance roundrobin"));
    } else {
      report.ok(about, "balance " + (algorithm.isEmpty() ? "as HAProxy's default" : algorithm));
    }
  }

  private void restart(ConfigSection backend) {
    if (!backend.value("load-server-state-from-file").matches("global|local")) {
      report.fail(
          about,
          "no load-server-state-from-file: HAProxy starts with empty slots",
          inPlaceOf(backend, "load-server-state-from-file", "load-server-state-from-file global"));
    } else {
      report.ok(about, "reads the state file at a start");
    }
    if (!backend.has("option", "redispatch")) {
      report.warn(
          about,
          "no option redispatch: requests to a server that just died fail",
          inPlaceOf(backend, "no", "option redispatch 1"));
    }
    if (backend.value("retries").equals("0")) {
      report.warn(
          about,
          "retries 0: a refused connection fails the request",
          inPlaceOf(backend, "retries", "retries 3"));
    }
  }

  /** A line that comes later would win over one below the title. */
  private static Cure inPlaceOf(ConfigSection backend, String keyword, String text) {
    String option = text.startsWith("option") ? "option redispatch" : "";
    return backend.own().stream()
        .filter(line -> line.starts(keyword) && line.rest(1).startsWith(option))
        .reduce((_, last) -> last)
        .map(line -> Cure.replace(line.number(), text))
        .orElseGet(() -> Cure.add(backend.title(), text));
  }
}
