package io.rollcall.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The queries of {@code docs/monitoring/grafana.json}, with its variables filled in. */
final class Dashboard {
  private static final Path FILE = Path.of("../docs/monitoring/grafana.json");
  private static final Pattern LABEL = Pattern.compile("\\{\\{(\\w+)}}");

  private Dashboard() {}

  /**
   * What Prometheus is asked.
   *
   * @param labels that the text beside a line, or of an annotation, shows
   */
  record Query(String expression, List<String> labels) {}

  /** Those of all panels and annotations. */
  static List<Query> queries() throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(FILE.toFile());
    var queries = new ArrayList<Query>();
    for (JsonNode target : dashboard.findParents("expr")) {
      String text =
          target.path("legendFormat").asText()
              + target.path("titleFormat").asText()
              + target.path("textFormat").asText();
      queries.add(new Query(filledIn(target.get("expr").asText()), labels(text)));
    }
    return queries;
  }

  private static List<String> labels(String text) {
    return LABEL.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private static String filledIn(String expression) {
    return expression
        .replace("$instance", ".+")
        .replace("$pool", ".+")
        .replace("$__rate_interval", "15s");
  }
}
