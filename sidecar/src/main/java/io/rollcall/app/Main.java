package io.rollcall.app;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.config.SettingsFile;
import io.rollcall.http.guard.AcceptLimit;
import io.rollcall.http.guard.ServerLimits;
import io.rollcall.logging.Logfmt;
import io.rollcall.logging.Logging;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code java -jar sidecar.jar [--config FILE] [--check]}: the only place that ends the process.
 */
public final class Main {
  private static final String USAGE = "usage: java -jar sidecar.jar [--config FILE] [--check]";

  /** The status of a start that was refused: wrong arguments or settings. */
  private static final int REFUSED = 2;

  /** Less than {@code timeout-kill} of the service; the memory is written well within that. */
  private static final long STOP_SECONDS = 2;

  /** Under systemd, whoever starts the service waits no longer than this. */
  private static final Duration LONGEST_START = Duration.ofSeconds(15);

  private Main() {}

  public static void main(String[] args) {
    Path config = Path.of("conf/sidecar.yaml");
    boolean check = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--config" -> {
          if (++i == args.length) {
            refuse("--config: expected a file. " + USAGE);
          }
          config = Path.of(args[i]);
        }
        case "--check" -> check = true;
        case "--help" -> {
          System.out.println(USAGE);
          System.exit(0);
        }
        case "--version" -> {
          System.out.println("rollcall " + Sidecar.version());
          System.exit(0);
        }
        default -> refuse("unknown argument " + args[i] + ". " + USAGE);
      }
    }
    switch (SettingsFile.load(config, System.getenv())) {
      case Loaded.Rejected refused -> refuse(String.join(System.lineSeparator(), refused.lines()));
      case Loaded.Valid ok -> {
        if (check) {
          System.out.println(config + ": configuration is valid");
        } else {
          run(ok.settings());
        }
      }
    }
  }

  private static void run(Settings settings) {
    // msgpack would read its buffers by sun.misc.Unsafe, and the JDK would warn about that
    System.setProperty("msgpack.universal-buffer", "true");
    Logging logging = Logging.install();
    ServerLimits limits = ServerLimits.STANDARD.within(FileDescriptors.limit());
    var acceptLimit = new AcceptLimit(limits);
    Vertx vertx =
        Vertx.builder()
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(2)
                    .setInternalBlockingPoolSize(2))
            .withTransport(acceptLimit)
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx, logging), "stop"));
    SystemdNotifier systemd = SystemdNotifier.of(System.getenv());
    var sidecar = new Sidecar(settings, () -> ready(systemd), limits, acceptLimit);
    logging.onDropped(sidecar.metrics()::logLinesDropped);
    if (systemd != null) {
      supervise(vertx, sidecar, systemd);
    }
    vertx
        .deployVerticle(sidecar)
        .onFailure(e -> {
          log().error("{}", Logfmt.of("start-failed").with("text", e.getMessage()));
          // not here: the exit waits for the end of Vert.x, which needs this thread
          new Thread(() -> System.exit(1), "exit").start();
        });
  }

  private static void stop(Vertx vertx, Logging logging) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      log().warn("{}", Logfmt.of("stop-incomplete"), e);
    }
    logging.close();
  }

  /** Made late: the logging of the JDK starts with the first logger, after its installation. */
  private static Logger log() {
    return LoggerFactory.getLogger(Main.class);
  }

  /**
   * Signs of life while the loop turns. A sidecar that cannot converge, because HAProxy or Serf
   * does not respond, counts as started too: its status page says why.
   */
  private static void supervise(Vertx vertx, Sidecar sidecar, SystemdNotifier systemd) {
    vertx.setTimer(LONGEST_START.toMillis(), _ -> systemd.ready());
    if (systemd.watchdog() != null) {
      vertx.setPeriodic(
          Math.max(1, systemd.watchdog().toMillis() / 3),
          _ -> {
            if (sidecar.turns()) {
              systemd.alive();
            }
          });
    }
  }

  private static void ready(@Nullable SystemdNotifier systemd) {
    if (systemd != null) {
      systemd.ready();
    }
    String descriptor = System.getenv("ROLLCALL_READY_FD");
    if (descriptor != null) {
      ReadinessNotifier.tellReady(descriptor);
    }
  }

  private static void refuse(String lines) {
    System.err.println(lines);
    System.exit(REFUSED);
  }
}
