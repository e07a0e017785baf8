package io.rollcall.cli.doctor;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The way of a request: from a frontend to the backend, and how long it waits for a server. */
final class RequestChecks {
  private final PoolPolicy pool;
  private final ExaminationInput facts;
  private final DiagnosisCollector report;
  private final String about;

  RequestChecks(PoolPolicy pool, ExaminationInput facts, DiagnosisCollector report) {
    this.pool = pool;
    this.facts = facts;
    this.report = report;
    this.about = "backend " + pool.backend();
  }

  void examine() {
    ProxyConfig config = facts.config();
    if (config == null) {
      return;
    }
    ConfigSection section = facts.section(pool);
    List<Map<String, String>> servers = servers();
    if (section != null) {
      used(config, section);
      timeout(section, "connect", "a request to a machine that is gone waits for minutes", "5s");
      timeout(section, "server", "a request to an application that hangs waits for ever", "1m");
      servers.forEach(server -> serves(server, section));
    } else if (!servers.isEmpty()) {
      report.warn(
          about,
          facts.configFile() + " lacks it, so its lines were not examined",
          Cure.follow(
              "name the file that has it (-f of HAProxy's command line): rollcall doctor"
                  + " --haproxy-config FILE"));
    }
  }

  private List<Map<String, String>> servers() {
    try {
      return facts.live() ? facts.socket().servers(pool.backend()) : List.of();
    } catch (IOException _) {
      return List.of();
    }
  }

  private void used(ProxyConfig config, ConfigSection backend) {
    List<ConfigSection> frontends =
        Stream.of("frontend", "listen").flatMap(kind -> config.sections(kind).stream()).toList();
    boolean used =
        !backend.kind().equals("backend")
            || frontends.isEmpty()
            || frontends.stream().anyMatch(this::uses);
    if (used) {
      return;
    }
    List<ConfigSection> open =
        frontends.stream()
            .filter(frontend -> frontend.kind().equals("frontend"))
            .filter(frontend -> frontend.lines("default_backend").isEmpty())
            .toList();
    report.warn(
        about,
        "no frontend uses it: it gets no requests",
        open.size() == 1
            ? Cure.add(open.getFirst().title(), "default_backend " + pool.backend())
            : Cure.follow(
                "add use_backend or default_backend " + pool.backend() + " to a frontend"));
  }

  /** A name that is computed may be that of any backend. */
  private boolean uses(ConfigSection frontend) {
    return Stream.of("default_backend", "use_backend")
        .flatMap(keyword -> frontend.lines(keyword).stream())
        .map(line -> line.word(1))
        .anyMatch(name -> name.equals(pool.backend()) || name.contains("%["));
  }

  private void timeout(ConfigSection section, String which, String effect, String usual) {
    if (section.value("timeout", which).isEmpty()) {
      report.warn(
          about,
          "no timeout %s: %s".formatted(which, effect),
          Cure.add(section.title(), "timeout %s %s".formatted(which, usual)));
    }
  }

  /** A server of the operator's that is a member too; one in maintenance serves nobody. */
  private void serves(Map<String, String> server, ConfigSection section) {
    String name = server.getOrDefault("srv_name", "");
    Member member = memberAt(server);
    boolean own = section.lines("server").stream().anyMatch(line -> line.word(1).equals(name));
    if (own && member != null && pool.options().slots() == null) {
      report.ok(
          about,
          "server %s of haproxy.cfg serves the member %s, which gets no slot"
              .formatted(name, Sanitizer.line(member.name(), 100)));
    }
  }

  private @Nullable Member memberAt(Map<String, String> server) {
    String at = server.getOrDefault("srv_addr", "") + " " + server.get("srv_port");
    return SlotChecks.inMaintenance(server)
        ? null
        : facts.members(pool).stream()
            .filter(member -> text(member).equals(at))
            .findFirst()
            .orElse(null);
  }

  private String text(Member member) {
    Endpoint at = ApplicationChecks.endpoint(pool, member);
    return Endpoint.text(at.ip()) + " " + at.port();
  }
}
