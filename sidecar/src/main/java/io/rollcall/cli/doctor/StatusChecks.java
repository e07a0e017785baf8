package io.rollcall.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.config.Loaded;
import io.rollcall.core.Sanitizer;
import java.nio.file.Path;

/** What the running sidecar reports itself: each problem with its code, as on the status page. */
final class StatusChecks {
  private static final int SHOWN = 200;

  private final OwnSidecar sidecar;
  private final Loaded.Valid loaded;
  private final DiagnosisCollector report;

  StatusChecks(OwnSidecar sidecar, Loaded.Valid loaded, DiagnosisCollector report) {
    this.sidecar = sidecar;
    this.loaded = loaded;
    this.report = report;
  }

  /**
   * Asks it.
   *
   * @param settings the file that it read when it started
   */
  void examine(Path settings) {
    JsonNode balancer = sidecar.balancer();
    JsonNode problems = balancer == null ? null : balancer.path("problems");
    if (balancer != null) {
      new FreshnessChecks(report).settings(settings, text(balancer, "startedAt"));
    }
    if (problems == null) {
      report.warn(
          "status", "the sidecar does not show its status", Cure.run("systemctl restart rollcall"));
    } else if (problems.isEmpty()) {
      report.ok("status", "the sidecar reports no problem");
    } else {
      problems.forEach(this::show);
    }
  }

  private void show(JsonNode problem) {
    String code = text(problem, "reason");
    String detail = text(problem, "detail");
    String pool = text(problem, "pool");
    String line =
        (pool.isEmpty() ? "" : pool + ": ")
            + text(problem, "title")
            + (detail.isEmpty() ? "" : " (" + detail + ")");
    String command = text(problem, "command");
    Cure cure =
        command.startsWith("rollcall doctor")
            ? Cure.follow("see the other findings")
            : Cure.run(
                SerfCommand.withKey(command, loaded)
                    + "\n# explained in docs/troubleshooting.md#"
                    + code);
    if (text(problem, "severity").equals("critical")) {
      report.fail("status " + code, line, cure);
    } else {
      report.warn("status " + code, line, cure);
    }
  }

  private static String text(JsonNode problem, String field) {
    return Sanitizer.line(problem.path(field).asText(""), SHOWN);
  }
}
