package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Scrapes a sidecar as Prometheus would, each 100 ms, and writes what it scraped as the input of
 * {@code promtool test rules}, as if {@link #STEP} had passed between two scrapes.
 */
public final class SeriesRecorder implements AutoCloseable {
  /** From one scrape to the next, in the test that promtool runs. */
  public static final Duration STEP = Duration.ofSeconds(5);

  private static final Pattern SAMPLE = Pattern.compile("(rollcall_\\w+)(?:\\{(.*)})? (\\S+)");
  private static final String LABELS = "instance=\"ha:9999\",job=\"rollcall\"";

  private final TestClient client;
  private final Pattern metrics;
  private final List<Map<String, String>> scrapes = Collections.synchronizedList(new ArrayList<>());
  private final ScheduledExecutorService scraper = Executors.newSingleThreadScheduledExecutor();

  /**
   * Starts to scrape.
   *
   * @param port the sidecar's on 127.0.0.1
   * @param metrics the names that are kept
   */
  public SeriesRecorder(int port, Pattern metrics) {
    client = new TestClient(port);
    this.metrics = metrics;
    var _ =
        scraper.scheduleWithFixedDelay(() -> scrapes.add(scrape()), 0, 100, TimeUnit.MILLISECONDS);
  }

  private Map<String, String> scrape() {
    var samples = new TreeMap<String, String>();
    try {
      for (String line : client.get("/metrics").body().lines().toList()) {
        Matcher sample = SAMPLE.matcher(line);
        if (sample.matches() && metrics.matcher(sample.group(1)).matches()) {
          String labels = sample.group(2) == null ? "" : sample.group(2) + ",";
          samples.put(sample.group(1) + "{" + labels + LABELS + "}", sample.group(3));
        }
      }
      samples.put("up{" + LABELS + "}", "1");
    } catch (IOException _) {
      samples.put("up{" + LABELS + "}", "0");
    }
    return samples;
  }

  /** Waits for scrapes that take this long in the test that promtool runs. */
  public void pass(Duration time) {
    long end = scrapes.size() + time.dividedBy(STEP) + 1;
    await().atMost(Duration.ofMinutes(2)).until(() -> scrapes.size() >= end);
  }

  /** The time at which the last scrape is, in the test that promtool runs. */
  public Duration end() {
    return STEP.multipliedBy(scrapes.size() - 1L);
  }

  /** {@code input_series} of a test. */
  public String series() {
    List<Map<String, String>> all = List.copyOf(scrapes);
    var names = all.stream().flatMap(one -> one.keySet().stream()).distinct().sorted().toList();
    return names.stream()
        .map(name -> "      - {series: '%s', values: '%s'}%n".formatted(name, values(all, name)))
        .collect(Collectors.joining());
  }

  private static String values(List<Map<String, String>> all, String name) {
    var values = new ArrayList<String>();
    boolean there = false;
    for (Map<String, String> one : all) {
      String value = one.get(name);
      values.add(value != null ? value : there ? "stale" : "_");
      there = value != null;
    }
    return String.join(" ", values);
  }

  @Override
  public void close() {
    scraper.shutdownNow();
    client.close();
  }
}
