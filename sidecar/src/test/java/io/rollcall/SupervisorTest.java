package io.rollcall;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisorTest {
  @TempDir Path folder;

  private static Set<String> descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.map(p -> p.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static String target(String descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException _) {
      return "";
    }
  }

  /** Opened for writing only, as the flags end that the kernel tells in octal digits. */
  private static boolean writable(String descriptor) {
    try {
      return Files.readString(Path.of("/proc/self/fdinfo/" + descriptor))
          .lines()
          .anyMatch(line -> line.startsWith("flags:") && line.endsWith("1"));
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void writesANewlineIntoAPipe() throws IOException {
    Set<String> before = descriptors();
    Process reader = new ProcessBuilder("head", "-n", "1").start();
    var opened = new HashSet<>(descriptors());
    opened.removeAll(before);
    String descriptor =
        opened.stream()
            .filter(d -> target(d).startsWith("pipe:") && writable(d))
            .findFirst()
            .orElseThrow();
    assertNull(Supervisor.tell(descriptor));
    assertEquals("\n", new String(reader.getInputStream().readAllBytes(), UTF_8));
    reader.getOutputStream().close();
  }

  @Test
  void leavesAFileAloneThatHasTheNumber() throws IOException {
    Path file = Files.writeString(folder.resolve("modules"), "precious");
    try (var _ = FileChannel.open(file, StandardOpenOption.READ)) {
      String descriptor =
          descriptors().stream()
              .filter(d -> target(d).equals(file.toString()))
              .findFirst()
              .orElseThrow();
      assertEquals(
          "ROLLCALL_READY_FD=" + descriptor + ": expected the number of an open pipe",
          Supervisor.tell(descriptor));
    }
    assertEquals("precious", Files.readString(file));
  }

  @ParameterizedTest
  @NullAndEmptySource
  void saysNothingWhereNobodyWaits(String descriptor) {
    assertNull(Supervisor.tell(descriptor));
  }

  @ParameterizedTest
  @ValueSource(strings = {"three", "-1", "../../etc/passwd", "999"})
  void refusesWhatIsNoDescriptor(String descriptor) {
    assertNotNull(Supervisor.tell(descriptor));
  }
}
