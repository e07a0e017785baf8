package io.rollcall.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests that docs/security.md names hold its promises: they have to exist. */
class SecurityDocsTest {
  private static final Path DOCUMENT = Path.of("../docs/security.md");
  private static final Path TESTS = Path.of("src/test/java");

  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT|Properties))\\.(\\w+)`");

  @Test
  void everyTestThatHoldsAPromiseExists() throws IOException {
    List<MatchResult> named = NAMED.matcher(Files.readString(DOCUMENT)).results().toList();
    assertTrue(named.size() > 30, named.size() + " tests are named");
    assertEquals(
        List.of(),
        named.stream()
            .filter(test -> !exists(test.group(1), test.group(2)))
            .map(test -> test.group(1) + "." + test.group(2))
            .toList());
  }

  @Test
  void everyPromiseHasATest() throws IOException {
    String promises =
        Files.readString(DOCUMENT).split("## Promises and their tests", 2)[1].split("\n## ", 2)[0];
    List<String> without =
        promises
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| promise"))
            .filter(line -> !NAMED.matcher(line).find())
            .toList();
    assertEquals(List.of(), without);
  }

  private static boolean exists(String type, String method) {
    try (var files = Files.walk(TESTS)) {
      List<Path> sources =
          files.filter(file -> file.getFileName().toString().equals(type + ".java")).toList();
      return sources.size() == 1
          && Files.readString(sources.getFirst()).contains(" " + method + "(");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
