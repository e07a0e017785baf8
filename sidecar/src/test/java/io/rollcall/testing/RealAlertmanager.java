package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Debian's Alertmanager, which notifies a webhook of each group of alerts. */
public final class RealAlertmanager implements AutoCloseable {
  private final TestClient client = new TestClient(FreePorts.one());
  private final Process process;

  /**
   * Starts it, and returns when it is ready.
   *
   * @param folder for its files
   * @param receiver of its notifications
   */
  public RealAlertmanager(Path folder, URI receiver) {
    try {
      Files.createDirectories(folder);
      Path configuration =
          Files.writeString(
              folder.resolve("alertmanager.yml"),
              """
              route:
                receiver: test
                group_by: [alertname, pool, name]
                group_wait: 0s
                group_interval: 1s
                repeat_interval: 4h
              receivers:
                - name: test
                  webhook_configs: [{url: "%s", send_resolved: true}]
              """
                  .formatted(receiver));
      process =
          new ProcessBuilder(
                  "prometheus-alertmanager",
                  "--config.file=" + configuration,
                  "--storage.path=" + folder.resolve("data"),
                  "--cluster.listen-address=",
                  "--web.listen-address=127.0.0.1:" + client.port())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> client.get("/-/ready").statusCode() == 200);
  }

  /** Where it accepts alerts. */
  public URI url() {
    return URI.create(client.url() + "api/v2/alerts");
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    client.close();
  }
}
