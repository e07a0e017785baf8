package io.rollcall.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files that were changed after the program that uses them read them. */
final class FreshnessChecks {
  private static final Pattern UPTIME = Pattern.compile("(?m)^Uptime_sec: (\\d{1,10})");

  /** Uptimes are whole seconds, and a file is read some time after the start. */
  private static final long SLACK_SECONDS = 2;

  private final DiagnosisCollector report;

  FreshnessChecks(DiagnosisCollector report) {
    this.report = report;
  }

  void haproxy(ExaminationInput facts) {
    Matcher uptime = UPTIME.matcher(facts.info());
    if (uptime.find()) {
      Instant start = Instant.now().minusSeconds(Long.parseLong(uptime.group(1)));
      compare("haproxy.cfg", facts.configFile(), start, "HAProxy", "systemctl reload haproxy");
    }
  }

  /**
   * The settings, which the sidecar reads when it starts.
   *
   * @param startedAt as the sidecar reports it; anything else than a time is ignored
   */
  void settings(Path file, String startedAt) {
    try {
      Instant start = Instant.parse(startedAt);
      compare("settings", file, start, "the sidecar", "systemctl restart rollcall");
    } catch (DateTimeException _) {
      // a sidecar that does not report it
    }
  }

  private void compare(String about, Path file, Instant start, String reader, String command) {
    try {
      Instant changed = Files.getLastModifiedTime(file).toInstant();
      if (changed.isAfter(start.plusSeconds(SLACK_SECONDS))) {
        report.warn(
            about, "%s: changed after %s read it".formatted(file, reader), Cure.run(command));
      }
    } catch (IOException _) {
      // a file that is not there is another finding
    }
  }
}
