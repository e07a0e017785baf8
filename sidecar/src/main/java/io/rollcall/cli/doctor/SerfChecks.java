package io.rollcall.cli.doctor;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.serf.AgentReading;
import io.rollcall.serf.SerfAgent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The Serf agent of this machine, and what it lists. */
final class SerfChecks {
  private static final String RPC = "serf.rpc";
  private static final int SHOWN = 200;
  private static final String NO_KEY =
      ": no key: every process that reaches it can rename tags and make the agent leave";
  private static final String MAKE_KEY =
      "set rpc_auth in the agent's configuration (/etc/serf) and serf.authKey to the output of:"
          + " openssl rand -hex 16";

  private static final Set<String> STATES = Set.of("", "starting", "ready", "draining");

  private final Loaded.Valid loaded;
  private final Settings settings;
  private final DiagnosisCollector report;

  SerfChecks(Loaded.Valid loaded, DiagnosisCollector report) {
    this.loaded = loaded;
    this.settings = loaded.settings();
    this.report = report;
  }

  /** Reads the agent; null, with the reason reported, if that fails. */
  @Nullable AgentReading read() {
    Settings.SerfSettings serf = settings.serf();
    String host = serf.rpcHost();
    if (host == null) {
      report.ok(RPC, "empty: members are known by the lines of the pipe only");
      return null;
    }
    String at = host + ":" + serf.rpcPort();
    try {
      AgentReading agent = AgentReading.of(new SerfAgent(host, serf.rpcPort(), serf.authKey()));
      report.ok(RPC, "%s: the agent %s answers".formatted(at, agent.name()));
      if (serf.authKey() == null) {
        report.warn(RPC, at + NO_KEY, Cure.follow(MAKE_KEY));
      }
      return agent;
    } catch (AgentReading.AgentRefusal e) {
      refused(e, host, at);
    } catch (IOException e) {
      report.fail(
          RPC,
          "%s: no agent answers: %s".formatted(at, Sanitizer.line(reason(e), SHOWN)),
          Cure.run("systemctl start serf"));
    }
    return null;
  }

  /** An agent without a key refuses every key. */
  private void refused(AgentReading.AgentRefusal refusal, String host, String at) {
    boolean open = serf().authKey() != null && answersWithoutKey(host);
    report.fail(
        RPC,
        open
            ? at + ": the agent has no rpc_auth, but serf.authKey is set"
            : "%s: the agent refused: %s".formatted(at, Sanitizer.line(reason(refusal), SHOWN)),
        Cure.follow(
            open
                ? "set rpc_auth in the agent's configuration (/etc/serf) to serf.authKey, or start"
                    + " it with SERF_RPC_AUTH"
                : "set serf.authKey (or SIDECAR_SERF_AUTHKEY_FILE) to the agent's rpc_auth; see"
                    + " /etc/serf/*.json"));
  }

  private boolean answersWithoutKey(String host) {
    try {
      var _ = AgentReading.of(new SerfAgent(host, serf().rpcPort(), null));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private Settings.SerfSettings serf() {
    return settings.serf();
  }

  private static String reason(IOException e) {
    return String.valueOf(e.getMessage());
  }

  void examine(AgentReading agent) {
    own(agent);
    for (PoolPolicy pool : settings.pools()) {
      match(pool, agent);
    }
    agent.members().members().values().forEach(this::tags);
  }

  private void own(AgentReading agent) {
    Member self = agent.members().get(agent.name());
    if (self != null && !self.tag("role").equals("balancer")) {
      report.warn(
          "serf tags",
          "the agent of this balancer has role=\"%s\": other balancers do not see it"
              .formatted(Sanitizer.line(self.tag("role"), SHOWN)),
          Cure.run(serf("tags -set role=balancer")));
    }
    if (self != null && self.ip().isLoopbackAddress()) {
      loopback(self, agent);
    }
    if (!agent.encrypted() && self != null && !self.ip().isLoopbackAddress()) {
      report.warn(
          "serf encryption",
          "gossip is not encrypted: whoever reaches port 7946 can join the cluster",
          Cure.follow(
              "set encrypt_key in /etc/serf on all machines to the output of: serf keygen"));
    } else {
      report.ok("serf encryption", agent.encrypted() ? "on" : "off, on the loopback interface");
    }
  }

  /** Other machines send their answers to the address that the agent announces. */
  private void loopback(Member self, AgentReading agent) {
    if (alive(agent).stream().anyMatch(member -> !member.ip().isLoopbackAddress())) {
      report.fail(
          "serf address",
          "the agent announces %s, where other machines cannot reach it"
              .formatted(self.ip().getHostAddress()),
          Cure.follow(
              "set SERF_BIND in /etc/default/rollcall-serf (or bind in /etc/serf) to an address of"
                  + " this machine, then run: systemctl restart serf"));
    }
  }

  private String serf(String command) {
    return SerfCommand.withKey(
        "serf %s -rpc-addr=%s:%d".formatted(command, serf().rpcHost(), serf().rpcPort()), loaded);
  }

  private void match(PoolPolicy pool, AgentReading agent) {
    long matching = alive(agent).stream().filter(pool::matches).count();
    String about = "pools[].match of " + pool.backend();
    if (matching > 0) {
      report.ok(about, "%d alive: %s".formatted(matching, names(pool, agent)));
      return;
    }
    Map<String, Long> seen =
        alive(agent).stream()
            .filter(member -> !member.tag("role").equals("balancer"))
            .collect(
                Collectors.groupingBy(SerfChecks::tagText, TreeMap::new, Collectors.counting()));
    if (seen.isEmpty()) {
      report.ok(about, "no backend has joined the cluster yet");
    } else {
      report.fail(
          about,
          "no member has %s; seen: %s".formatted(text(pool.match()), seen.keySet()),
          cure(pool, agent));
    }
  }

  /** The value that the members have of a tag of the rule, if they agree. */
  private static Cure cure(PoolPolicy pool, AgentReading agent) {
    for (String tag : pool.match().keySet()) {
      List<String> values =
          alive(agent).stream()
              .map(member -> member.tag(tag))
              .filter(value -> !value.isEmpty() && !value.equals("balancer"))
              .distinct()
              .toList();
      if (values.size() == 1 && values.getFirst().matches("[\\w.-]+")) {
        return Cure.setting(
            "pools:\n  - backend: %s\n    match:\n      %s: %s"
                .formatted(pool.backend(), tag, values.getFirst()));
      }
    }
    return Cure.follow("set pools[].match to tags that the members have, or set their tags");
  }

  private void tags(Member member) {
    misspelt(member);
    wrong(member, "weight", 0, 256, 100);
    wrong(member, "maxconn", 0, 1_000_000, 100);
    settings.pools().stream()
        .filter(pool -> pool.matches(member) && !pool.hasAmbiguousPort(member))
        .forEach(pool -> wrong(member, pool.options().portTag(), 1, 65_535, pool.port()));
    if (!STATES.contains(member.tag("state"))) {
      report.warn(
          "member " + Sanitizer.line(member.name(), SHOWN),
          "tag state=%s: expected starting, ready or draining"
              .formatted(Sanitizer.quoted(member.tag("state"), SHOWN)),
          Cure.follow("on its machine run: serf tags -set state=ready"));
    }
  }

  /** A tag that is nearly what a pool asks for, in a member that is in no pool. */
  private void misspelt(Member member) {
    if (settings.pools().stream().anyMatch(pool -> pool.matches(member))) {
      return;
    }
    for (PoolPolicy pool : settings.pools()) {
      pool.match()
          .forEach((tag, wanted) -> {
            String found = member.tag(tag);
            if (!found.equals(wanted) && Misspelling.isLikely(found, wanted)) {
              report.warn(
                  "member " + Sanitizer.line(member.name(), SHOWN),
                  "tag %s=%s is in no pool: is %s meant?"
                      .formatted(tag, Sanitizer.quoted(found, SHOWN), wanted),
                  Cure.follow("on its machine run: serf tags -set %s=%s".formatted(tag, wanted)));
            }
          });
    }
  }

  private void wrong(Member member, String tag, int min, int max, int usual) {
    String value = member.tag(tag);
    boolean number = value.matches("\\d{1,7}");
    if (!value.isEmpty()
        && (!number || Integer.parseInt(value) < min || Integer.parseInt(value) > max)) {
      report.warn(
          "member " + Sanitizer.line(member.name(), SHOWN),
          "tag %s=%s: expected a number from %d to %d"
              .formatted(tag, Sanitizer.quoted(value, SHOWN), min, max),
          Cure.follow("on its machine run: serf tags -set %s=%d".formatted(tag, usual)));
    }
  }

  static List<Member> alive(AgentReading agent) {
    return agent.members().members().values().stream()
        .filter(member -> member.gossip() == MemberStatus.ALIVE)
        .toList();
  }

  private static String names(PoolPolicy pool, AgentReading agent) {
    return alive(agent).stream()
        .filter(pool::matches)
        .map(member -> Sanitizer.line(member.name(), SHOWN))
        .limit(10)
        .collect(Collectors.joining(", "));
  }

  private static String tagText(Member member) {
    return Sanitizer.line(text(member.tags()), SHOWN);
  }

  private static String text(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream()
            .filter(tag -> !tag.getKey().equals("boot") && !tag.getKey().equals("view"))
            .map(tag -> tag.getKey() + "=" + tag.getValue())
            .collect(Collectors.joining(","));
  }
}
