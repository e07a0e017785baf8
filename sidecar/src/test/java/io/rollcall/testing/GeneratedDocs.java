package io.rollcall.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Blocks of documents that are generated from the code, between {@code <!-- NAME:begin -->} and
 * {@code <!-- NAME:end -->}.
 */
public final class GeneratedDocs {
  private GeneratedDocs() {}

  /**
   * The block as it stands in the document. With {@code -Ddocs.write=true} it is first replaced.
   *
   * @param generated what it should be
   */
  public static String block(Path document, String name, String generated) throws IOException {
    String begin = "<!-- " + name + ":begin -->\n";
    String end = "\n<!-- " + name + ":end -->";
    String text = Files.readString(document);
    int from = text.indexOf(begin);
    int to = text.indexOf(end, from);
    if (from < 0 || to < 0) {
      throw new AssertionError(document + " has no block " + begin.strip());
    }
    if (Boolean.getBoolean("docs.write")) {
      text = text.substring(0, from + begin.length()) + generated + text.substring(to);
      Files.writeString(document, text);
      to = text.indexOf(end, from);
    }
    return text.substring(from + begin.length(), to);
  }
}
