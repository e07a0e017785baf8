package io.rollcall.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessNotifierTest {
  @TempDir Path folder;

  @Test
  void saysThatItIsReadyIntoAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    try (var end = new RandomAccessFile(pipe.toFile(), "rw")) {
      ReadinessNotifier.tellReady(descriptorOf(pipe));
      assertEquals('\n', end.read());
    }
  }

  /** A number that nobody gave may be any file that the process has open. */
  @Test
  void neverWritesIntoAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "of somebody else");
    try (var _ = new RandomAccessFile(file.toFile(), "r")) {
      ReadinessNotifier.tellReady(descriptorOf(file));
    }
    assertEquals("of somebody else", Files.readString(file));
  }

  private static String descriptorOf(Path file) throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(link -> leadsTo(link, file))
          .findFirst()
          .orElseThrow()
          .getFileName()
          .toString();
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file.toRealPath());
    } catch (IOException _) {
      return false;
    }
  }
}
