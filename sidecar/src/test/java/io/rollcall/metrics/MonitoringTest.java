package io.rollcall.metrics;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of {@code docs/monitoring} and the metrics that the sidecar exports fit together. */
final class MonitoringTest {
  static final Path FOLDER = Path.of("../docs/monitoring");
  private static final Pattern NAME = Pattern.compile("(?:rollcall|jvm|process)_[a-z0-9_]+");
  private static final Pattern SERIES = Pattern.compile("(rollcall_[a-z_0-9]+)\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("([a-z]+) *=");

  /** Of labels whose values are fixed. */
  private static final Pattern SELECTOR =
      Pattern.compile("\\b(kind|reason|state|health|source|code|area)=~?\"([^\"$]*)\"");

  /** Labels that Prometheus adds. */
  private static final Set<String> OF_SCRAPE = Set.of("instance", "job");

  private static final String EXPORTED = FullScrape.text();

  private static Set<String> exportedNames() {
    return EXPORTED
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String read(String file) throws IOException {
    return Files.readString(FOLDER.resolve(file));
  }

  private static Set<String> strings(JsonNode node, String key) {
    return node.findValuesAsText(key).stream().collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "alerts_test.yml", "grafana.json"})
  void namesOnlyMetricsThatAreExported(String file) throws IOException {
    var used = new TreeSet<String>();
    NAME.matcher(read(file)).results().forEach(name -> used.add(name.group()));
    used.removeAll(exportedNames());
    assertEquals(Set.of(), used);
  }

  @Test
  void testsTheRulesOnSeriesWithTheLabelsThatAreExported() throws IOException {
    var checks = new TreeSet<String>();
    for (String series : strings(new YAMLMapper().readTree(read("alerts_test.yml")), "series")) {
      var parts = SERIES.matcher(series);
      if (parts.matches()) {
        checks.add(parts.group(1) + labels(parts.group(2)));
      }
    }
    var exported = new TreeSet<String>();
    EXPORTED
        .lines()
        .map(line -> line.replaceAll(" [^ ]*$", ""))
        .forEach(line -> {
          var parts = SERIES.matcher(line);
          exported.add(parts.matches() ? parts.group(1) + labels(parts.group(2)) : line + "[]");
        });
    checks.removeAll(exported);
    assertEquals(Set.of(), checks);
  }

  private static Set<String> labels(String text) {
    var labels = new TreeSet<String>();
    LABEL.matcher(text).results().forEach(label -> labels.add(label.group(1)));
    labels.removeAll(OF_SCRAPE);
    return labels;
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "grafana.json"})
  void selectsOnlyValuesThatAreExported(String file) throws IOException {
    var missing = new TreeSet<String>();
    for (var found : SELECTOR.matcher(read(file).replace("\\\"", "\"")).results().toList()) {
      for (String value : found.group(2).split("\\|", -1)) {
        String label = found.group(1) + "=\"" + value + "\"";
        if (!EXPORTED.contains(label)) {
          missing.add(label);
        }
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void recordsEachRuleInARealLab() throws IOException {
    String test = Files.readString(Path.of("src/test/java/io/rollcall/it/RecordedRulesIT.java"));
    assertAll(
        strings(new YAMLMapper().readTree(read("alerts.yml")), "alert").stream()
            .map(name -> name.replaceFirst("^Rollcall", ""))
            .map(name ->
                () ->
                    assertTrue(
                        test.contains("\"" + name + "\"") || test.contains("\"" + name + " "),
                        name)));
  }

  @Test
  void testsEachRule() throws IOException {
    Set<String> rules = strings(new YAMLMapper().readTree(read("alerts.yml")), "alert");
    JsonNode tests = new YAMLMapper().readTree(read("alerts_test.yml"));
    var fired = new TreeSet<String>();
    for (JsonNode test : tests.findValues("alert_rule_test")) {
      for (JsonNode one : test) {
        if (!one.get("exp_alerts").isEmpty()) {
          fired.add(one.get("alertname").asText());
        }
      }
    }
    assertEquals(rules, fired);
  }

  @Test
  void exportsNothingThatTheDocumentationDoesNotName() throws IOException {
    String page = Files.readString(Path.of("../docs/monitoring.md"));
    assertAll(
        exportedNames().stream()
            .filter(name -> name.startsWith("rollcall_"))
            .map(name -> name.replaceAll("_(bucket|count|sum|max)$", ""))
            .distinct()
            .map(name -> () -> assertTrue(page.contains("`" + name + "`"), name)));
  }
}
