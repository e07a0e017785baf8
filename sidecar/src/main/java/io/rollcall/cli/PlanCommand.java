package io.rollcall.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rollcall.cli.plan.LiveState;
import io.rollcall.cli.plan.PlannedChange;
import io.rollcall.cli.plan.WhatIf;
import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rollcall plan}. */
@Command(
    name = "plan",
    description = {
      "Print what Rollcall would do next, or would do if: one line per server.",
      "Reads HAProxy, Serf and the saved state of this machine; changes nothing."
    })
final class PlanCommand extends CliCommand {
  private static final int MAX_WEIGHT = 256;

  @Option(
      names = "--without",
      paramLabel = "NAME",
      description = "As if this member had left; may be repeated.")
  private List<String> without = List.of();

  @Option(
      names = "--weight",
      paramLabel = "NAME=N",
      description = "As if an operator had set this weight; may be repeated.")
  private Map<String, Integer> weights = new TreeMap<>();

  @Option(names = "--settings", paramLabel = "FILE", description = "As if these were the settings.")
  private @Nullable Path other;

  @Override
  public Integer call() {
    weights.forEach((name, weight) -> {
      if (weight < 0 || weight > MAX_WEIGHT) {
        throw new CliFailure(
            CliFailure.USAGE,
            "--weight: expected NAME=N with N from 0 to %d, got %s=%d"
                .formatted(MAX_WEIGHT, name, weight));
      }
    });
    Settings settings = other == null ? options().settings(environment()) : settings(other);
    var whatIf = new WhatIf(without, weights);
    List<PlannedChange> changes;
    try {
      LiveState live = LiveState.read(settings);
      List<String> unknown = live.unknown(whatIf);
      if (!unknown.isEmpty()) {
        throw new CliFailure(CliFailure.NOT_SO, "no member in Serf: " + String.join(", ", unknown));
      }
      changes = live.changes(settings.pools(), whatIf);
    } catch (IOException e) {
      throw new CliFailure(CliFailure.UNREACHABLE, String.valueOf(e.getMessage()), e);
    }
    show(changes);
    return 0;
  }

  /** The settings of another file: the environment is that of the service all the same. */
  private Settings settings(Path file) {
    return switch (SettingsFile.load(file, environment())) {
      case Loaded.Valid valid -> valid.settings();
      case Loaded.Rejected rejected ->
          throw new CliFailure(CliFailure.USAGE, String.join("\nrollcall: ", rejected.lines()));
    };
  }

  private void show(List<PlannedChange> changes) {
    if (json) {
      ArrayNode all = ApiClient.JSON.createArrayNode();
      for (PlannedChange change : changes) {
        all.addObject()
            .put("pool", change.pool())
            .put("server", change.server())
            .put("action", action(change))
            .put("member", change.member())
            .put("address", change.address())
            .put("steps", change.steps())
            .put("why", change.why());
      }
      out().println(all);
      return;
    }
    if (changes.isEmpty()) {
      print("nothing to do: no server is in use, and no member wants to be");
      return;
    }
    var table = new ConsoleTable("POOL", "SERVER", "ACTION", "MEMBER", "ADDRESS", "STEPS", "WHY");
    changes.forEach(change ->
        table.add(
            List.of(
                change.pool(),
                change.server(),
                action(change),
                text(change.member()),
                text(change.address()),
                text(change.steps()),
                change.why())));
    table.lines().forEach(out()::println);
  }

  private static String text(@Nullable String value) {
    return value == null || value.isEmpty() ? "-" : value;
  }

  /** {@code take-out}. */
  private static String action(PlannedChange change) {
    return change.verb().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
