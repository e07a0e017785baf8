package io.rollcall.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus's own tool accepts the metrics and the rules, and each rule fires as it should. */
final class PromtoolIT {
  private static String promtool(String input, List<String> arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("promtool"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .directory(MonitoringTest.FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    try (var stdin = process.outputWriter(UTF_8)) {
      stdin.write(input);
    }
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), printed);
    return printed;
  }

  @Test
  void findsNothingInTheMetrics() throws Exception {
    String ours =
        FullScrape.text()
            .lines()
            .filter(line -> line.startsWith("rollcall_") || line.matches("# [A-Z]+ rollcall_.*"))
            .collect(Collectors.joining("\n", "", "\n"));
    assertEquals("", promtool(ours, List.of("check", "metrics")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"check rules alerts.yml", "test rules alerts_test.yml"})
  void acceptsTheRules(String arguments) throws Exception {
    String printed = promtool("", List.of(arguments.split(" ")));
    assertEquals(1, printed.lines().filter(line -> line.contains("SUCCESS")).count(), printed);
  }
}
