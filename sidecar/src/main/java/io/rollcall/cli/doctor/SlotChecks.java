package io.rollcall.cli.doctor;

import io.rollcall.core.model.NamePattern;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.Placeholders;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers of a pool's backend: which are slots, and whether these can have members. */
final class SlotChecks {
  private static final int CHECK_CONFIGURED = 2;
  private static final int MAINT = 0x23;

  /** Rollcall numbers the servers that it adds from here on. */
  private static final long GROWN = 1_000_000;

  private final PoolPolicy pool;
  private final DiagnosisCollector report;
  private final String about;
  private final @Nullable ConfigSection section;

  SlotChecks(PoolPolicy pool, ExaminationInput facts, DiagnosisCollector report) {
    this.pool = pool;
    this.report = report;
    this.about = "backend " + pool.backend();
    this.section = facts.section(pool);
  }

  /**
   * Examines the servers as HAProxy shows them.
   *
   * @param members how many are to have a slot
   */
  void examine(List<Map<String, String>> servers, long members) {
    List<Map<String, String>> slots = servers.stream().filter(this::isSlot).toList();
    if (slots.isEmpty()) {
      report.fail(about, none(), missing(servers, members));
      return;
    }
    servers.stream().filter(server -> !isSlot(server)).forEach(this::leftAlone);
    if (members > slots.size()) {
      report.fail(
          about,
          "%d slots for %d members: the others wait".formatted(slots.size(), members),
          range(members * 2));
    } else {
      report.ok(about, "%d slots for %d members".formatted(slots.size(), members));
    }
    check(slots);
    weight(slots);
    enabled(slots);
    if (section != null) {
      new SlotLineChecks(about, section, report).examine(slotLines(section));
    }
  }

  private void leftAlone(Map<String, String> server) {
    report.ok(
        about,
        "server %s (%s:%s) is no slot: it is left alone"
            .formatted(server.get("srv_name"), server.get("srv_addr"), server.get("srv_port")));
  }

  private boolean isSlot(Map<String, String> server) {
    NamePattern names = pool.options().slots();
    return number(server, "srv_id") >= GROWN
        || (names == null
            ? Placeholders.isSlotHost(server.getOrDefault("srv_fqdn", "-"))
            : names.matches(server.getOrDefault("srv_name", "")));
  }

  private String none() {
    NamePattern names = pool.options().slots();
    return names == null
        ? "no free slots, which are servers with a host name that ends in .invalid, or with a name"
            + " as in pools[].slots"
        : "no server has a name as in pools[].slots, " + names;
  }

  /** The pattern of the names of those that look like slots; else lines for new ones. */
  private Cure missing(List<Map<String, String>> servers, long members) {
    String names = section == null ? "" : Placeholders.names(section);
    if (names.isEmpty() && pool.options().slots() != null) {
      names =
          servers.stream()
              .filter(server -> Placeholders.isSlotHost(server.getOrDefault("srv_fqdn", "-")))
              .map(server -> server.getOrDefault("srv_name", "").replaceFirst("\\d+$", "[0-9]+"))
              .findFirst()
              .orElse("");
    }
    return names.isEmpty()
        ? Cure.add(section == null ? about : section.title(), template(Math.max(16, members * 2)))
        : Cure.setting("pools:\n  - backend: %s\n    slots: %s".formatted(pool.backend(), names));
  }

  private String template(long slots) {
    return "server-template slot 1-%d slot.invalid:%d check init-addr last,192.0.2.1 disabled"
        .formatted(slots, pool.port());
  }

  private Cure range(long slots) {
    ConfigLine line = templateLine();
    return line == null
        ? Cure.follow("raise the range of the server-template to " + slots)
        : Cure.replace(
            line.number(),
            "%s %s 1-%d %s".formatted(line.word(0), line.word(1), slots, line.rest(3)));
  }

  /** The lines of the slots; a template is one if its first server is. */
  private List<ConfigLine> slotLines(ConfigSection backend) {
    NamePattern names = pool.options().slots();
    return Stream.of("server-template", "server")
        .flatMap(keyword -> backend.lines(keyword).stream())
        .filter(line ->
            names == null
                ? Placeholders.isSlot(line)
                : names.matches(line.word(1) + (line.starts("server-template") ? "1" : "")))
        .toList();
  }

  private @Nullable ConfigLine templateLine() {
    return section == null
        ? null
        : slotLines(section).stream()
            .filter(line -> line.starts("server-template"))
            .reduce((_, last) -> last)
            .orElse(null);
  }

  private void check(List<Map<String, String>> slots) {
    List<String> unchecked =
        named(slots, slot -> (number(slot, "srv_check_state") & CHECK_CONFIGURED) == 0);
    if (unchecked.isEmpty()) {
      report.ok(about, "its slots are checked");
    } else {
      report.fail(
          about,
          "no check on %s: members get requests before they are ready and after they died"
              .formatted(some(unchecked)),
          checked());
    }
  }

  /** By a default of the backend, or of a line that takes it back. */
  private Cure checked() {
    if (section == null) {
      return Cure.add(about, "default-server check inter 1s");
    }
    var lines = new SlotLineChecks(about, section, report);
    return slotLines(section).stream()
        .filter(lines::isUnchecked)
        .findFirst()
        .map(lines::cure)
        .orElseGet(() -> Cure.add(section.title(), "default-server check inter 1s"));
  }

  private void weight(List<Map<String, String>> slots) {
    List<String> weightless = named(slots, slot -> number(slot, "srv_iweight") == 0);
    ConfigLine line = templateLine();
    if (!weightless.isEmpty()) {
      report.fail(
          about,
          "weight 0 on %s: they get no requests".formatted(some(weightless)),
          line == null
              ? Cure.follow("remove weight 0 from the servers")
              : Cure.replace(line.number(), line.without(1, "weight")));
    }
  }

  static boolean inMaintenance(Map<String, String> server) {
    return (number(server, "srv_admin_state") & MAINT) != 0;
  }

  /** A slot that is not disabled gets requests before it has a member. */
  private void enabled(List<Map<String, String>> slots) {
    List<String> open =
        named(
            slots,
            slot -> !inMaintenance(slot) && slot.getOrDefault("srv_addr", "").equals("192.0.2.1"));
    ConfigLine line = templateLine();
    if (!open.isEmpty()) {
      report.fail(
          about,
          "free and enabled: %s; clients are sent there".formatted(some(open)),
          line == null
              ? Cure.follow("add the keyword disabled to the servers")
              : Cure.replace(line.number(), String.join(" ", line.words()) + " disabled"));
    }
  }

  private static List<String> named(
      List<Map<String, String>> slots, Predicate<Map<String, String>> of) {
    return slots.stream()
        .filter(of)
        .map(slot -> slot.getOrDefault("srv_name", ""))
        .collect(Collectors.toList());
  }

  private static String some(List<String> names) {
    return names.size() <= 3
        ? String.join(", ", names)
        : names.getFirst() + " to " + names.getLast();
  }

  private static long number(Map<String, String> row, String column) {
    Matcher digits = Pattern.compile("\\d+").matcher(row.getOrDefault(column, "0"));
    return digits.matches() ? Long.parseLong(digits.group()) : 0;
  }
}
