package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.rollcall.testing.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
  @AutoClose private final EventLoop loop = new EventLoop();
  @TempDir private Path folder;

  @Test
  void limitsHowLongAProcessRunsOnAfterAReload() throws IOException {
    Path file = folder.resolve("haproxy.cfg");
    var configuration =
        new ConfigurationFile(loop.vertx(), file.toString(), "/state", List.of("nodes"));
    assertEquals(Duration.ofSeconds(30), configuration.hardStopAfter());
    Files.writeString(file, "global\n    hard-stop-after 5m\n");
    loop.get(configuration::findings);
    assertEquals(Duration.ofMinutes(5), configuration.hardStopAfter());
    Files.writeString(file, "global\n    maxconn 100\n");
    loop.get(configuration::findings);
    assertEquals(Duration.ofSeconds(30), configuration.hardStopAfter());
  }

  @Test
  void readsTheFilesOfADirectoryInTheOrderOfHaproxy() throws IOException {
    Path conf = Files.createDirectory(folder.resolve("conf.d"));
    Files.writeString(conf.resolve("20-app.cfg"), "backend nodes\n    balance static-rr");
    Files.writeString(conf.resolve("10-all.cfg"), "global\n    hard-stop-after 5m");
    Files.writeString(conf.resolve(".30-no.cfg"), "global\n    hard-stop-after 7m\n");
    Files.writeString(conf.resolve("30-no.cfg.bak"), "global\n    hard-stop-after 9m\n");
    Files.createDirectory(conf.resolve("15-directory.cfg"));
    var configuration =
        new ConfigurationFile(loop.vertx(), conf.toString(), "/state", List.of("nodes"));
    assertEquals(
        List.of(Fault.STATE_FILE_UNUSED, Fault.STATIC_BALANCE),
        loop.get(configuration::findings).stream().map(ConfigurationFinding::fault).toList());
    assertEquals(Duration.ofMinutes(5), configuration.hardStopAfter());
    Files.writeString(conf.resolve("30-more.cfg"), "global\n    hard-stop-after 6m\n");
    loop.get(configuration::findings);
    assertEquals(Duration.ofMinutes(6), configuration.hardStopAfter());
  }
}
