package io.rollcall.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Files as the first release wrote them, made with its own code. They have to be read for ever: a
 * test that fails with one of them shows an incompatible change, and the sample is never edited.
 */
public final class Sample {
  private Sample() {}

  /** The text of a file of version 1 of the product. */
  public static String text(String name) {
    try {
      return Files.readString(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path path(String name) {
    try {
      return Path.of(Objects.requireNonNull(Sample.class.getResource("v1/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
