package io.rollcall.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Inputs that recorded programs or {@code bench/fuzz} gave, and small changes of each. */
class CorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/fuzz");
  private static final int CHANGES = Integer.getInteger("rollcall.fuzz.changes", 20);

  @TestFactory
  Stream<DynamicTest> replays() {
    return FuzzTargets.ALL.entrySet().stream()
        .map(target ->
            dynamicTest(target.getKey(), () -> replay(target.getKey(), target.getValue())));
  }

  @Test
  void everyTargetHasACorpus() throws IOException {
    assertEquals(
        FuzzTargets.ALL.keySet(),
        list(CORPUS).stream()
            .map(file -> file.getFileName().toString())
            .collect(Collectors.toSet()));
    for (Path target : list(CORPUS)) {
      assertEquals(Set.of(), Set.copyOf(list(target).stream().filter(Files::isDirectory).toList()));
    }
  }

  private static void replay(String name, FuzzTargets.FuzzTarget target) throws Exception {
    var random = new Random(1);
    for (Path input : list(CORPUS.resolve(name))) {
      byte[] bytes = Files.readAllBytes(input);
      read(target, bytes, input);
      for (int i = 0; i < CHANGES && bytes.length > 0; i++) {
        read(target, changed(bytes, random), input);
      }
    }
  }

  private static void read(FuzzTargets.FuzzTarget target, byte[] bytes, Path input) {
    try {
      target.read(bytes);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(input + ", changed to " + Arrays.toString(bytes), e);
    }
  }

  /** Cut, a byte replaced, or a part repeated. */
  private static byte[] changed(byte[] bytes, Random random) {
    int place = random.nextInt(bytes.length);
    byte[] next = bytes.clone();
    switch (random.nextInt(3)) {
      case 0 -> next = Arrays.copyOf(bytes, place);
      case 1 -> next[place] = (byte) random.nextInt(256);
      default -> System.arraycopy(bytes, 0, next, place, bytes.length - place);
    }
    return next;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }
}
