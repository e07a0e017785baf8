package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.Browser;
import io.rollcall.testing.Figures;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Page, API and metrics with 1,000 members. {@code bench/status-page} watches for longer, beside
 * the sidecar of an earlier commit ({@code -Drollcall.beside=CHECKOUT}), and prints the table. Both
 * are asked in turns, and watched at the same time.
 */
class ThousandMembersIT {
  private static final int STREAMS = 50;
  private static final int REQUESTS = 100;
  private static final Duration WATCH = Duration.ofSeconds(Integer.getInteger("rollcall.watch", 6));

  @TempDir Path folder;
  private final List<String> table = new ArrayList<>();
  private final List<ThousandMembers> builds = new ArrayList<>();

  @BeforeEach
  void startAll() throws IOException {
    builds.add(new ThousandMembers(folder.resolve("this"), Path.of("..").toRealPath()));
    String beside = System.getProperty("rollcall.beside");
    if (beside != null) {
      builds.add(new ThousandMembers(folder.resolve("beside"), Path.of(beside).toRealPath()));
    }
    builds.forEach(ThousandMembers::awaitServing);
  }

  @AfterEach
  void stopAll() {
    builds.forEach(ThousandMembers::close);
  }

  @Test
  void staysUsableOnThePageAndCheapWhoeverLooks() throws Exception {
    double status = median("/api/v1/status");
    var _ = median("/");
    var _ = median("/?all=1");
    var _ = median("/metrics");
    double atRest = share("no client").getFirst();
    double streams = streams("/api/v1/stream") - atRest;
    double pages = streams("/live?seen=0") - atRest;
    long paint = paint();
    var memory = new ArrayList<Long>();
    for (ThousandMembers build : builds) {
      memory.add(build.resident());
    }
    tell("resident memory, MiB", "%d", memory);
    Figures.tell("status-page", table);
    assertAll(
        () -> assertTrue(status < 50, "a status took " + status + " ms at the median"),
        () -> assertTrue(streams < 5, "the streams took " + streams + " % of a core"),
        () -> assertTrue(pages < 5, "the open pages took " + pages + " % of a core"),
        () -> assertTrue(paint < 1000, "the first paint came after " + paint + " ms"));
  }

  /** The median of this build, in ms. */
  private double median(String path) throws IOException {
    var micros = builds.stream().map(_ -> new ArrayList<Long>()).toList();
    int[] kib = new int[builds.size()];
    for (int i = 0; i < REQUESTS; i++) {
      for (int b = 0; b < builds.size(); b++) {
        long began = System.nanoTime();
        kib[b] = builds.get(b).get(path).length() / 1024;
        micros.get(b).add((System.nanoTime() - began) / 1000);
      }
    }
    micros.forEach(times -> times.sort(null));
    var medians = micros.stream().map(times -> times.get(REQUESTS / 2) / 1000.0).toList();
    tell("`GET " + path + "`, ms at the median", "%.1f", medians);
    tell("at 95 %", "%.1f", micros.stream().map(t -> t.get(REQUESTS * 95 / 100) / 1000.0).toList());
    var sizes = new ArrayList<Integer>();
    var perKib = new ArrayList<Double>();
    for (int b = 0; b < kib.length; b++) {
      sizes.add(kib[b]);
      perKib.add(1000 * medians.get(b) / kib[b]);
    }
    tell("KiB", "%d", sizes);
    tell("µs for each KiB", "%.0f", perKib);
    return medians.getFirst();
  }

  /** What the sidecar takes while so many read this, in hundredths of a core. */
  private double streams(String path) throws IOException {
    var clients = builds.stream().map(build -> new TestClient(build.port())).toList();
    try {
      var read = clients.stream().map(client -> read(client, path)).toList();
      for (ThousandMembers build : builds) {
        // each begins with a whole page
        await().until(() -> build.get("/metrics").contains("rollcall_streams " + STREAMS));
      }
      pass(WATCH.dividedBy(2));
      var before = read.stream().map(LongAdder::sum).toList();
      List<Double> shares = share(STREAMS + " readers of `" + path + "`");
      var bytes = new ArrayList<Long>();
      for (int b = 0; b < before.size(); b++) {
        bytes.add((read.get(b).sum() - before.get(b)) / STREAMS / WATCH.toSeconds());
      }
      tell("bytes/s for each", "%d", bytes);
      return shares.getFirst();
    } finally {
      clients.forEach(TestClient::close);
    }
  }

  private static LongAdder read(TestClient readers, String path) {
    var read = new LongAdder();
    for (int i = 0; i < STREAMS; i++) {
      try {
        var body = readers.open(path);
        Thread.ofVirtual()
            .start(() -> {
              byte[] chunk = new byte[1 << 16];
              try (body) {
                for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
                  read.add(n);
                }
              } catch (IOException _) {
                // enough was read
              }
            });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return read;
  }

  /** The median of this build, in ms. All take turns, so that what slows one slows the others. */
  private long paint() {
    int paints = builds.size() > 1 ? 61 : 5; // single ones differ by a factor of three
    var browsers = builds.stream().map(_ -> new Browser()).toList();
    try {
      var millis = builds.stream().map(_ -> new ArrayList<Long>()).toList();
      for (int i = 0; i < paints; i++) {
        for (int b = 0; b < builds.size(); b++) {
          millis.get(b).add(paint(browsers.get(b), builds.get(b).port()));
        }
      }
      millis.forEach(times -> times.sort(null));
      var medians = millis.stream().map(times -> times.get(paints / 2)).toList();
      tell("first paint in headless Chromium, ms at the median", "%d", medians);
      return medians.getFirst();
    } finally {
      browsers.forEach(Browser::close);
    }
  }

  private static long paint(Browser browser, int port) {
    String entries = "performance.getEntriesByName('first-contentful-paint')";
    browser.open("http://127.0.0.1:" + port + "/");
    await().until(() -> browser.run("return " + entries + ".length").equals(1L));
    return ((Number) browser.run("return " + entries + "[0].startTime")).longValue();
  }

  /** The processor time that each takes from now on, in hundredths of a core. */
  private List<Double> share(String what) throws IOException {
    long[] before = new long[builds.size()];
    for (int b = 0; b < before.length; b++) {
      before[b] = builds.get(b).ticks();
    }
    pass(WATCH);
    var shares = new ArrayList<Double>();
    for (int b = 0; b < before.length; b++) {
      shares.add((builds.get(b).ticks() - before[b]) / (double) WATCH.toSeconds());
    }
    tell(what + ", % of one core", "%.2f", shares);
    return shares;
  }

  private static void pass(Duration time) {
    await().during(time).atMost(time.plusSeconds(5)).until(() -> true);
  }

  private void tell(String what, String format, List<? extends Number> figures) {
    table.add(
        figures.stream()
            .map(figure -> format.formatted(figure))
            .collect(Collectors.joining(" | ", "| " + what + " | ", " |")));
  }
}
