package io.rollcall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.testing.EventLoop;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  @TempDir Path directory;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void end() {
    loop.close();
  }

  @Test
  void replacesTheTextAndLeavesNothingElse() throws IOException {
    var file = file("state");
    assertNull(loop.get(file::read));

    loop.get(() -> file.write("1\nlong long long\n"));
    loop.get(() -> file.write("1\n"));

    assertEquals("1\n", loop.get(file::read));
    try (var all = Files.list(directory)) {
      assertEquals(List.of("state"), all.map(p -> p.getFileName().toString()).toList());
    }
  }

  @Test
  void keepsAFileInItsOwnFolderFromOtherUsers() throws IOException {
    loop.get(() -> AtomicFile.in(loop.vertx(), directory, "memory.json").write("{}"));
    assertEquals(
        "rw-r-----",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve("memory.json"))));
  }

  /** The virtual machine itself says which files it synced. */
  private static List<String> synced(Runnable work) {
    var synced = new CopyOnWriteArrayList<String>();
    try (var recording = new RecordingStream()) {
      recording.enable("jdk.FileForce").withoutThreshold();
      recording.onEvent("jdk.FileForce", event -> synced.add(event.getString("path")));
      recording.startAsync();
      work.run();
      recording.stop();
    }
    return synced;
  }

  @Test
  void syncsTheTextAndThenItsName() {
    assertEquals(
        List.of(directory.resolve("state.new").toString(), directory.toString()),
        synced(() -> loop.get(() -> file("state").write("1\n"))));
  }

  @Test
  void writesOnlyTheNewestOfThoseThatWait() {
    var file = file("state");
    List<String> synced =
        synced(() ->
            loop.get(() ->
                Future.all(
                    IntStream.range(0, 100)
                        .mapToObj(n -> file.write(String.valueOf(n)))
                        .toList())));
    assertEquals(4, synced.size(), "the first and the last, and each one's name");
    assertEquals("99", loop.get(file::read));
  }

  @Test
  void makesAFolderOfItsOwnOnly() {
    Path folder = directory.resolve("a/b");
    loop.get(() -> AtomicFile.in(loop.vertx(), folder, "state").write("1\n"));
    assertEquals("1\n", loop.get(AtomicFile.in(loop.vertx(), folder, "state")::read));
    assertEquals(
        "can't write " + directory.resolve("no/state") + ": its directory is missing",
        loop.line(() -> file("no/state").write("1\n")));
  }

  @Test
  void namesAFileThatIsADirectory() throws IOException {
    Files.createDirectory(directory.resolve("state"));
    Files.createDirectory(directory.resolve("state/full"));

    assertEquals(
        "can't write " + directory.resolve("state") + ": Is a directory",
        loop.line(() -> file("state").write("1\n")));
  }

  private AtomicFile file(String name) {
    return AtomicFile.at(loop.vertx(), directory.resolve(name));
  }
}
