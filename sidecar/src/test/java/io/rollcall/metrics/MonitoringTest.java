package io.rollcall.metrics;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dashboard and alert rules ask for metrics that there are. */
final class MonitoringTest {
  private static final Pattern NAME = Pattern.compile("\\b(?:rollcall|jvm|process)_[a-z_]+\\b");

  @ParameterizedTest
  @ValueSource(strings = {"grafana.json", "alerts.yml"})
  void asksForMetersThatThereAre(String file) throws Exception {
    Set<String> asked = names(Files.readString(Path.of("../docs/monitoring").resolve(file)));
    assertFalse(asked.isEmpty());
    try (var metrics = new PrometheusMetrics()) {
      metrics.commandAnswered("show stat", Duration.ofMillis(1));
      Set<String> known = names(metrics.scrape(status(S1)));
      asked.removeAll(known);
      assertEquals(Set.of(), asked);
    }
  }

  private static Set<String> names(String text) {
    var names = new TreeSet<String>();
    NAME.matcher(text).results().forEach(found -> names.add(found.group()));
    return names;
  }
}
