package io.rollcall.cli.doctor;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Admission;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.PoolOptions;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Readiness;
import io.rollcall.haproxy.config.ConfigSection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings of a pool, beside its backend in HAProxy and its members in Serf. */
final class PoolChecks {
  /** From this version on HAProxy closes connections that belong to one client. */
  private static final int CLOSES_PRIVATE = 303;

  private static final String TAG = "port";

  private final PoolPolicy pool;
  private final ExaminationInput facts;
  private final DiagnosisCollector report;
  private final List<Member> members;

  PoolChecks(PoolPolicy pool, ExaminationInput facts, DiagnosisCollector report) {
    this.pool = pool;
    this.facts = facts;
    this.report = report;
    this.members = facts.members(pool);
  }

  void examine() {
    ConfigSection section = facts.section(pool);
    if (section != null) {
      readiness(section);
      connections(section);
    }
    observe();
    admission();
    portTag();
    subset();
    if (pool.options().onRoleChange() == PoolOptions.RoleChange.CUT) {
      report.ok(about("onRoleChange"), "cut: sessions end when a member's tags no longer match");
    }
  }

  private void observe() {
    if (pool.observe()) {
      report.warn(
          about("observe"),
          "true: Rollcall shows what it would do, and sends nothing to HAProxy",
          setting("observe", false));
    }
  }

  /** Members with the tags, whose name or address the pool does not take. */
  private void admission() {
    List<String> refused =
        members.stream()
            .filter(member -> !isAdmitted(member))
            .map(member -> Sanitizer.line(member.name(), 100))
            .toList();
    if (!refused.isEmpty()) {
      report.warn(
          about("allow"),
          "refuses %s (pools[].allow, pools[].names)".formatted(String.join(", ", refused)),
          Cure.follow("add its address or name to them, or remove the tags from that member"));
    }
  }

  private boolean isAdmitted(Member member) {
    Admission rule = pool.options().admission();
    return rule.allowsName(member.name()) && (rule.allow().isEmpty() || rule.lists(member.ip()));
  }

  private String about(String key) {
    return "pools[].%s of %s".formatted(key, pool.backend());
  }

  private Cure setting(String key, Object value) {
    return Cure.setting(
        "pools:\n  - backend: %s\n    %s: %s".formatted(pool.backend(), key, value));
  }

  /** A request in plain text to a server that speaks something else looks like an attack. */
  private void readiness(ConfigSection section) {
    String key = "readiness";
    boolean tcp = section.value("mode").equals("tcp");
    if (pool.readiness().kind() == Readiness.Kind.HTTP && (tcp || isEncrypted(section))) {
      report.warn(
          about(key),
          "%s is never asked: %s".formatted(pool.readiness(), tcp ? "mode tcp" : "ssl servers"),
          setting(key, "tcp"));
    } else {
      report.ok(
          about(key),
          pool.readiness().kind() == Readiness.Kind.OFF
              ? "off: a member waits for HAProxy's check"
              : pool.readiness() + ": asked before HAProxy's first check");
    }
  }

  static boolean isEncrypted(ConfigSection section) {
    return Stream.of("server-template", "server", "default-server")
        .flatMap(keyword -> section.lines(keyword).stream())
        .anyMatch(line -> line.has("ssl", 1));
  }

  private void connections(ConfigSection section) {
    String key = "privateConnections";
    boolean never =
        section.value("http-reuse").equals("never") && !section.value("mode").equals("tcp");
    boolean set = pool.options().privateConnections();
    if (never && !set && facts.version() < CLOSES_PRIVATE) {
      report.warn(
          about(key),
          "false with http-reuse never: a client may reach the next member of a slot over the"
              + " connection to the last",
          setting(key, true));
    } else if (set) {
      report.ok(
          about(key),
          facts.version() < CLOSES_PRIVATE
              ? "true: a used slot keeps its address until HAProxy's process is new"
              : "true: without effect from HAProxy 3.3 on");
    }
  }

  private void portTag() {
    String tag = pool.options().portTag();
    List<String> ambiguous =
        members.stream()
            .filter(member -> pool.hasAmbiguousPort(member) && !member.tag(tag).isEmpty())
            .map(Member::name)
            .toList();
    if (!ambiguous.isEmpty()) {
      report.ok(
          about("portTag"),
          "%s is in pools of other ports too: %d counts, not its tag %s"
              .formatted(Sanitizer.line(ambiguous.getFirst(), 100), pool.port(), tag));
    }
    boolean absent = members.stream().allMatch(member -> member.tag(tag).isEmpty());
    if (!tag.equals(TAG) && absent && !members.isEmpty()) {
      String other = otherTag();
      report.warn(
          about("portTag"),
          "no member has the tag %s: each gets port %d".formatted(tag, pool.port()),
          other == null
              ? Cure.follow(
                  "on the members run: serf tags -set %s=%d, or remove portTag"
                      .formatted(tag, pool.port()))
              : setting("portTag", other));
    }
  }

  /** The only tag of all members that is named after a port and has a number as its value. */
  private @Nullable String otherTag() {
    List<String> tags =
        members.stream()
            .flatMap(member -> member.tags().entrySet().stream())
            .filter(tag -> tag.getKey().matches("[a-z_-]*port[a-z_-]*"))
            .filter(tag -> tag.getValue().matches("\\d{1,5}"))
            .map(tag -> tag.getKey())
            .distinct()
            .toList();
    return tags.size() == 1 ? tags.getFirst() : null;
  }

  private void subset() {
    int size = pool.options().subset();
    long balancers = Math.max(1, facts.balancers());
    if (size == 0) {
      return;
    }
    if (size * balancers < members.size()) {
      report.warn(
          about("subset"),
          "%d balancers with %d members each leave %d of %d members without a balancer"
              .formatted(balancers, size, members.size() - size * balancers, members.size()),
          setting("subset", Math.ceilDiv(members.size(), balancers) * 2));
    } else {
      report.ok(
          about("subset"),
          "%d of %d members here, %d balancers"
              .formatted(Math.min(size, members.size()), members.size(), balancers));
    }
  }
}
