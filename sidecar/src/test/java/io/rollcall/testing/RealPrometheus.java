package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Debian's Prometheus with the product's alert rules, which scrapes a sidecar each second. */
public final class RealPrometheus implements AutoCloseable {
  private static final Path RULES =
      Path.of("../docs/monitoring/alerts.yml").toAbsolutePath().normalize();

  private final TestClient client = new TestClient(FreePorts.one());
  private final Process process;

  /**
   * Starts it, and returns when it has scraped the sidecar.
   *
   * @param folder for its files
   * @param target the sidecar's port on 127.0.0.1
   */
  public RealPrometheus(Path folder, int target) {
    try {
      Files.createDirectories(folder);
      Path configuration =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              """
              global: {scrape_interval: 1s, evaluation_interval: 1s}
              rule_files: ["%s"]
              scrape_configs:
                - job_name: rollcall
                  static_configs: [{targets: ["127.0.0.1:%d"]}]
              """
                  .formatted(RULES, target));
      process =
          new ProcessBuilder(
                  "prometheus",
                  "--config.file=" + configuration,
                  "--storage.tsdb.path=" + folder.resolve("data"),
                  "--web.listen-address=127.0.0.1:" + client.port())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> samples() > 0);
  }

  private int samples() throws IOException {
    return client.json("/api/v1/query?query=rollcall_up").at("/data/result").size();
  }

  /** The alerts that fire, {@code RollcallMemberDied s2}. */
  public Set<String> firing() throws IOException {
    var firing = new TreeSet<String>();
    for (JsonNode alert : client.json("/api/v1/alerts").at("/data/alerts")) {
      if (alert.get("state").asText().equals("firing")) {
        firing.add(name(alert.get("labels")));
      }
    }
    return firing;
  }

  /** How often each alert has begun to fire since the start, {@code RollcallMemberDied s2}. */
  public Map<String, Integer> fired() throws IOException {
    String query =
        "1 + changes(ALERTS_FOR_STATE[1h])"
            + " and ignoring(alertstate) count_over_time(ALERTS{alertstate=\"firing\"}[1h])";
    var fired = new TreeMap<String, Integer>();
    for (JsonNode result : query(query)) {
      fired.merge(name(result.get("metric")), result.at("/value/1").asInt(), Integer::sum);
    }
    return fired;
  }

  /** The series that a query finds now. */
  public JsonNode query(String query) throws IOException {
    String path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    return client.json(path).at("/data/result");
  }

  private static String name(JsonNode labels) {
    return (labels.get("alertname").asText() + " " + labels.path("member").asText()).strip();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    client.close();
  }
}
