package io.rollcall.it;

import io.rollcall.alert.AlertTimings;
import io.rollcall.app.Sidecar;
import io.rollcall.config.Loaded;
import io.rollcall.config.SettingsFile;
import io.rollcall.logging.Logging;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;

/** The sidecar as a process, with shorter delays of its alerts than in production. */
final class FastAlertsSidecar {
  private static final AlertTimings TIMES =
      new AlertTimings(
          0.1,
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          3,
          Duration.ofSeconds(20),
          Duration.ofSeconds(4),
          Duration.ofMillis(300),
          20);

  private FastAlertsSidecar() {}

  public static void main(String[] args) {
    var loaded = SettingsFile.load(Path.of("../conf/sidecar.yaml"), System.getenv());
    if (!(loaded instanceof Loaded.Valid ok)) {
      throw new IllegalArgumentException(loaded.toString());
    }
    Logging logging = Logging.install();
    Vertx.vertx()
        .deployVerticle(new Sidecar(ok.settings(), () -> {}, TIMES))
        .onFailure(e -> {
          e.printStackTrace();
          logging.close();
          Runtime.getRuntime().halt(1);
        });
  }
}
