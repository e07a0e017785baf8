package io.rollcall.cli.doctor;

import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.Placeholders;
import java.util.List;

/**
 * The lines of haproxy.cfg that declare slots. A line with several faults has one cure, the line
 * without any of them, so that it does not matter which of its diagnoses is followed.
 */
final class SlotLineChecks {
  private static final String LAST = "init-addr last,192.0.2.1";

  private final String about;
  private final ConfigSection section;
  private final DiagnosisCollector report;

  SlotLineChecks(String about, ConfigSection section, DiagnosisCollector report) {
    this.about = about;
    this.section = section;
    this.report = report;
  }

  void examine(List<ConfigLine> lines) {
    lines.forEach(this::examine);
  }

  /** The line has the health of another server, or none. */
  boolean isUnchecked(ConfigLine line) {
    return line.has("track") || line.has("no-check");
  }

  /** The line as it should be. */
  Cure cure(ConfigLine line) {
    return Cure.replace(line.number(), mended(line));
  }

  private void examine(ConfigLine line) {
    if (line.has("track")) {
      report.fail(
          about,
          "its slots track %s: they have the health of a server that may have another member"
              .formatted(line.after("track")),
          cure(line));
    }
    if (section.option(line, "backup")) {
      report.fail(
          about,
          "its slots are backup servers: they get requests only while no other server is up",
          cure(line));
    }
    if (!Placeholders.hasPort(line)) {
      report.fail(
          about,
          "its slots have no port: requests fail after a restart or reload of HAProxy, which adds"
              + " the port of the frontend",
          cure(line));
    }
    if (!section.optionValue(line, "resolvers").isEmpty()) {
      report.fail(
          about,
          "its slots have resolvers: HAProxy takes a server out whose name it cannot resolve",
          cure(line));
    }
    if (!Placeholders.hasAddress(line)) {
      if (!isRestored(line)) {
        report.fail(
            about,
            "its slots lack init-addr last: after a restart HAProxy does not restore addresses",
            cure(line));
      }
    } else if (line.has(
        "disabled")) { // otherwise a server of the operator's, taken over by its name
      address(line);
    }
  }

  /** HAProxy keeps an address of its configuration at its start, whatever the state file says. */
  private void address(ConfigLine line) {
    report.warn(
        about,
        "slots with an IP address (%s) are empty after a restart of HAProxy until Rollcall has"
                .formatted(line.word(1))
            + " put the members in again",
        cure(line));
  }

  private boolean isRestored(ConfigLine line) {
    return List.of(section.optionValue(line, "init-addr").split(",")).contains("last");
  }

  private String mended(ConfigLine line) {
    String text = line.without(0, "backup", "no-check");
    text = without(text, "track", "resolvers");
    if (isUnchecked(line)) {
      text += " check";
    }
    if (section.option(line, "backup") && !line.has("backup")) {
      text += " no-backup"; // a default-server has it
    }
    String host = line.word(line.starts("server") ? 2 : 3);
    boolean placeholder = Placeholders.hasAddress(line) && section.option(line, "disabled");
    if (placeholder) {
      text = text.replace(" " + host + " ", " slot.invalid:1 ");
    } else if (!Placeholders.hasPort(line)) {
      text = text.replace(" " + host + " ", " " + host + ":1 ");
    }
    boolean named = placeholder || !Placeholders.hasAddress(line);
    return named && !(isRestored(line) && !placeholder)
        ? without(text, "init-addr") + " " + LAST
        : text;
  }

  private static String without(String text, String... keywords) {
    return new ConfigLine(1, List.of(text.split(" ", -1))).without(1, keywords);
  }
}
