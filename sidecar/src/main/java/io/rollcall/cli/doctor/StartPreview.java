package io.rollcall.cli.doctor;

import io.rollcall.cli.plan.LiveState;
import io.rollcall.cli.plan.PlannedChange;
import io.rollcall.cli.plan.WhatIf;
import io.rollcall.config.Settings;
import io.rollcall.core.Sanitizer;
import java.io.IOException;
import java.util.List;

/** What a start of the sidecar would do first, server by server. */
final class StartPreview {
  private static final int SHOWN = 200;

  private final Settings settings;
  private final DiagnosisCollector report;

  StartPreview(Settings settings, DiagnosisCollector report) {
    this.settings = settings;
    this.report = report;
  }

  void examine() {
    List<PlannedChange> changes;
    try {
      changes = LiveState.read(settings).changes(settings.pools(), WhatIf.NOTHING);
    } catch (IOException e) {
      report.ok("start", "cannot be planned: " + e.getMessage());
      return;
    }
    if (changes.isEmpty()) {
      report.ok("start", "would change nothing: no server is in use");
    }
    changes.forEach(this::show);
  }

  private void show(PlannedChange change) {
    String server = change.pool() + "/" + change.server();
    String member = change.member() == null ? "" : Sanitizer.line(change.member(), SHOWN);
    String at = change.address() == null ? "" : " (" + change.address() + ")";
    switch (change.verb()) {
      case ADOPT ->
          report.ok(
              "start", "would adopt %s%s as %s, and send nothing".formatted(server, at, member));
      case PUT_IN -> report.ok("start", "would put %s%s into %s".formatted(member, at, server));
      case CHANGE ->
          report.ok("start", "would change %s%s: %s".formatted(server, at, change.steps()));
      case LEAVE_ALONE -> report.ok("start", "would leave %s%s as it is".formatted(server, at));
      case TAKE_OUT ->
          report.warn(
              "start",
              "would take out %s%s: %s".formatted(server, at, Sanitizer.line(change.why(), SHOWN)),
              Cure.follow(
                  "if that is not intended: let its agent join the cluster first, or begin with"
                      + " pools[].observe: true"));
    }
  }
}
