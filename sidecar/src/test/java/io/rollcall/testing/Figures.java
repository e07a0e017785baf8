package io.rollcall.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a test measured, printed and kept as {@code target/NAME.txt}. */
public final class Figures {
  private Figures() {}

  public static void tell(String name, List<String> lines) {
    lines.forEach(System.out::println);
    try {
      Files.write(Path.of("target", name + ".txt"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
