package io.rollcall.it;

import static org.awaitility.Awaitility.await;

import io.rollcall.app.Sidecar;
import io.rollcall.config.Settings;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Readiness;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.ProductHaproxy;
import io.rollcall.testing.TestClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * HAProxy with the product's configuration, and the sidecar that hears of members by its pipe only:
 * the test writes the lines that Serf's handlers would write, so that members come and go at once.
 */
final class PipeBalancer extends TestClient {
  private static final Duration MOVED = Duration.ofSeconds(15);

  final ProductHaproxy haproxy;
  private final Path pipe;
  private final Vertx vertx = Vertx.vertx();

  /** Starts both. */
  PipeBalancer(Path folder, Duration drainTimeout, Duration sessionIdle) throws Exception {
    super(FreePorts.one());
    pipe = folder.resolve("serf.pipe");
    if (new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() != 0) {
      throw new IllegalStateException("no FIFO at " + pipe);
    }
    haproxy = new ProductHaproxy(folder, UnaryOperator.identity());
    var pool =
        new PoolPolicy(
                "nodes",
                Map.of("role", "backend"),
                3000,
                drainTimeout,
                sessionIdle,
                Duration.ofSeconds(60),
                0.5,
                0,
                "check")
            .with(Readiness.http("", "/health"));
    var settings =
        new Settings(
            new Settings.HttpSettings("127.0.0.1", port(), null),
            new Settings.SerfSettings(pipe, null, 0, null, Duration.ofSeconds(30)),
            new Settings.HaproxySettings(
                haproxy.socket(),
                haproxy.stateFile(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1)),
            folder.resolve("state"),
            List.of(pool),
            new Settings.MailSettings(
                null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()));
    var _ = vertx.deployVerticle(new Sidecar(settings, () -> {})).await(10, TimeUnit.SECONDS);
    await().atMost(MOVED).until(this::state, "in-sync"::equals);
  }

  /** A member's line; {@code tags} without the role, which is always {@code backend}. */
  void member(String event, String name, String address, String tags) {
    write("%s\t%s\t%s\tbackend\t%s".formatted(event, name, address, tags));
  }

  /** A user event's line. */
  void user(String event, String... payload) {
    write("user\t" + event + "\t1\t" + String.join("\\t", payload));
  }

  /** When what that event tells was done. */
  Instant at(String name, String kind) throws IOException {
    return Instant.parse(event(name, kind).get("at").asText());
  }

  @Override
  public void close() {
    vertx.close().await();
    haproxy.close();
    super.close();
  }

  private void write(String line) {
    try {
      Files.writeString(pipe, line + "\n", StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
