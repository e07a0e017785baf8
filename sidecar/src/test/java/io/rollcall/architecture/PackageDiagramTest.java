package io.rollcall.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.rollcall.testing.GeneratedDocs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What docs/architecture.md shows of the code: the package diagram, the glossary, the data's way.
 */
class PackageDiagramTest {
  private static final Path DOCUMENT = Path.of("../docs/architecture.md");
  private static final String ROOT = "io.rollcall.";

  /** Rewrite it with {@code -Ddocs.write=true}. */
  @Test
  void drawsTheDependenciesOfThePackages() throws Exception {
    var arrows = new TreeSet<String>();
    var classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.rollcall");
    for (JavaClass type : classes) {
      type.getDirectDependenciesFromSelf()
          .forEach(dependency -> {
            String from = type.getPackageName();
            String to = dependency.getTargetClass().getBaseComponentType().getPackageName();
            if (to.startsWith(ROOT) && !to.equals(from)) {
              arrows.add("  %s --> %s".formatted(room(from), room(to)));
            }
          });
    }
    String diagram = "```mermaid\ngraph TD\n" + String.join("\n", arrows) + "\n```";
    assertEquals(diagram, GeneratedDocs.block(DOCUMENT, "packages", diagram));
  }

  @Test
  void keepsTheGlossaryShort() throws Exception {
    String glossary = section("## Glossary");
    long words = glossary.lines().filter(line -> line.startsWith("| **")).count();
    assertTrue(words > 0 && words <= 20, words + " words");
  }

  /** At most eight stops, each one file, in the order of the layers and back in none. */
  @Test
  void namesTheStopsOfTheData() throws Exception {
    var stops =
        Pattern.compile("^\\d\\. `([\\w.]+)`", Pattern.MULTILINE)
            .matcher(section("## The way of the data"))
            .results()
            .map(stop -> stop.group(1))
            .toList();
    assertTrue(!stops.isEmpty() && stops.size() <= 8, stops::toString);
    for (String stop : stops) {
      Path file = Path.of("src/main/java/io/rollcall", stop.replace('.', '/') + ".java");
      assertTrue(Files.exists(file), stop + " is no file");
    }
    assertEquals(stops.size(), new TreeSet<>(stops).size(), "a step back: " + stops);
  }

  private static String section(String heading) throws Exception {
    String text = Files.readString(DOCUMENT);
    int start = text.indexOf(heading + "\n");
    assertTrue(start >= 0, "no section " + heading);
    int end = text.indexOf("\n## ", start + 1);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  private static String room(String packageName) {
    return packageName.substring(ROOT.length());
  }
}
