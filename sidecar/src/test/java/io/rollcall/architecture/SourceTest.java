package io.rollcall.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sizes and names of the main sources: what a reader can take in at once, and find by its name. */
class SourceTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int FILE_LINES = 300;
  private static final int MEDIAN_LINES = 80;
  private static final int METHOD_LINES = 40;

  private static final Map<String, Integer> FILES = new TreeMap<>();
  private static final List<String> LONG_METHODS = new ArrayList<>();
  private static final Map<String, List<String>> TYPES = new TreeMap<>();

  @BeforeAll
  static void parse() throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(SOURCES)) {
      paths = all.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
    for (Path path : paths) {
      FILES.put(SOURCES.relativize(path).toString(), Files.readAllLines(path).size());
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    var files = compiler.getStandardFileManager(null, null, null);
    var task =
        (JavacTask)
            compiler.getTask(
                null, files, _ -> {}, null, null, files.getJavaFileObjectsFromPaths(paths));
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    for (CompilationUnitTree unit : task.parse()) {
      new Scanner(unit, positions).scan(unit, null);
    }
  }

  private static final class Scanner extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    Scanner(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    private String place(String name) {
      return unit.getSourceFile().getName() + ": " + name;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      String name = type.getSimpleName().toString();
      if (!name.isEmpty()) {
        TYPES.computeIfAbsent(name, _ -> new ArrayList<>()).add(place(name));
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      var lines = unit.getLineMap();
      long start = positions.getStartPosition(unit, method);
      long end = positions.getEndPosition(unit, method);
      if (end > start && lines.getLineNumber(end) - lines.getLineNumber(start) >= METHOD_LINES) {
        LONG_METHODS.add(place(method.getName().toString()));
      }
      return super.visitMethod(method, null);
    }
  }

  @Test
  void hasNoLongFile() {
    FILES.forEach((file, lines) -> assertTrue(lines <= FILE_LINES, file + ": " + lines));
  }

  @Test
  void hasSmallFiles() {
    List<Integer> sorted = FILES.values().stream().sorted().toList();
    int median = sorted.get(sorted.size() / 2);
    assertTrue(median <= MEDIAN_LINES, "the median file has " + median + " lines");
  }

  @Test
  void hasNoLongMethod() {
    assertEquals(List.of(), LONG_METHODS);
  }

  @Test
  void usesNoSimpleTypeNameTwice() {
    TYPES.values().removeIf(places -> places.size() < 2);
    assertEquals(Map.of(), TYPES);
  }
}
