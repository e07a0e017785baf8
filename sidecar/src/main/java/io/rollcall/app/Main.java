package io.rollcall.app;

import io.rollcall.config.Loaded;
import io.rollcall.config.Settings;
import io.rollcall.config.SettingsFile;
import io.rollcall.mail.SmtpProbe;
import io.rollcall.mail.SmtpServer;
import io.rollcall.reconcile.AlertRunner;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code java -jar sidecar.jar [--config FILE] [--check | --check-settings]}: the only place that
 * ends the process.
 */
public final class Main {
  private static final String USAGE =
      "usage: java -jar sidecar.jar [--config FILE] [--check | --check-settings]";

  /** The status of a start that was refused: wrong arguments or settings. */
  private static final int REFUSED = 2;

  /** Less than {@code timeout-kill} of the service; the memory is written well within that. */
  private static final long STOP_SECONDS = 2;

  private static final String WELL = ": every setting is well";

  private enum Task {
    RUN,
    CHECK,
    /** The same, but asks no server whether it would take mail. */
    CHECK_SETTINGS
  }

  private Main() {}

  public static void main(String[] args) {
    Path config = Path.of("conf/sidecar.yaml");
    var task = Task.RUN;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--config" -> {
          if (++i == args.length) {
            refuse("--config: expected a file. " + USAGE);
          }
          config = Path.of(args[i]);
        }
        case "--check" -> task = Task.CHECK;
        case "--check-settings" -> task = Task.CHECK_SETTINGS;
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
      case Loaded.Invalid refused -> refuse(String.join(System.lineSeparator(), refused.lines()));
      case Loaded.Valid ok -> {
        switch (task) {
          case RUN -> run(ok.settings());
          case CHECK -> rehearse(config, ok);
          case CHECK_SETTINGS -> System.out.println(config + WELL);
        }
      }
    }
  }

  /**
   * Beyond what can be read in the settings: what the mail server refuses. One that does not answer
   * proves nothing wrong; it is told, no more.
   */
  private static void rehearse(Path config, Loaded.Valid loaded) {
    SmtpServer mail = AlertRunner.server(loaded.settings().mail());
    switch (mail == null ? new SmtpProbe.Outcome.Well() : SmtpProbe.of(mail)) {
      case SmtpProbe.Outcome.Well _ -> System.out.println(config + WELL);
      case SmtpProbe.Outcome.Unreachable unreachable ->
          System.out.println(config + WELL + "; mail could not be tried: " + unreachable.why());
      case SmtpProbe.Outcome.Wrong wrong ->
          refuse(
              "%s: %s: expected %s, got %s"
                  .formatted(
                      loaded.origins().getOrDefault(wrong.key(), config.toString()),
                      wrong.key(),
                      wrong.expected(),
                      wrong.got()));
    }
  }

  private static void run(Settings settings) {
    // msgpack would read its buffers by sun.misc.Unsafe, and the JDK would warn about that
    System.setProperty("msgpack.universal-buffer", "true");
    LogLine.install();
    Logger log = LoggerFactory.getLogger(Main.class);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(vertx), "stop"));
    vertx
        .deployVerticle(new Sidecar(settings, Main::ready))
        .onFailure(e -> {
          log.error("can't start: {}", e.getMessage());
          System.exit(1);
        });
  }

  private static void stop(Vertx vertx) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      System.err.println("stopped without a clean end: " + e);
    }
  }

  private static void ready() {
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
