package io.rollcall.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.testing.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFileTest {
  @TempDir Path directory;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void end() {
    loop.close();
  }

  @Test
  void replacesTheTextAndLeavesNothingElse() throws IOException {
    var file = file("state");
    assertEquals("", loop.get(file::read));

    loop.get(() -> file.write("1\nlong long long\n"));
    loop.get(() -> file.write("1\n"));

    assertEquals("1\n", loop.get(file::read));
    try (var all = Files.list(directory)) {
      assertEquals(List.of("state"), all.map(p -> p.getFileName().toString()).toList());
    }
  }

  @Test
  void namesTheDirectoryThatIsMissing() {
    assertEquals(
        "can't write " + directory.resolve("no/state") + ": its directory is missing",
        loop.failure(() -> file("no/state").write("1\n")).getMessage());
  }

  @Test
  void namesAFileThatIsADirectory() throws IOException {
    Files.createDirectory(directory.resolve("state"));
    Files.createDirectory(directory.resolve("state/full"));

    assertEquals(
        "can't write " + directory.resolve("state") + ": Is a directory",
        loop.failure(() -> file("state").write("1\n")).getMessage());
  }

  private WholeFile file(String name) {
    return new WholeFile(loop.vertx().fileSystem(), directory.resolve(name));
  }
}
