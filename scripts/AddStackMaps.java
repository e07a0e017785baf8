import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Rewrites a jar whose classes were compiled for Java 5 as one for Java 8: each method gets the stack maps that Java's
 * verifier reads since Java 6, and nothing else changes. Java keeps no older class in its cache: it would parse and
 * verify them at each start, in the slow way of Java 5.
 *
 * <p>usage: java AddStackMaps.java JAR...
 */
public final class AddStackMaps {
  private static final int OLDEST_KEPT = ClassFile.JAVA_6_VERSION;

  private AddStackMaps() {}

  public static void main(String[] args) throws IOException {
    for (String jar : args) {
      rewrite(Path.of(jar));
    }
  }

  private static void rewrite(Path path) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    var modified = Files.getLastModifiedTime(path);
    try (var jar = new JarFile(path.toFile());
        var loader = new URLClassLoader(new URL[] {path.toUri().toURL()});
        var out = new JarOutputStream(Files.newOutputStream(fresh))) {
      var resolver = ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
      var format =
          ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(resolver));
      jar.stream().forEach(entry -> copy(jar, entry, format, out));
    }
    Files.setLastModifiedTime(fresh, modified);
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void copy(JarFile jar, JarEntry entry, ClassFile format, JarOutputStream out) {
    try {
      byte[] bytes = jar.getInputStream(entry).readAllBytes();
      var copy = new JarEntry(entry.getName());
      copy.setTimeLocal(entry.getTimeLocal()); // without a time zone: the same on every machine
      out.putNextEntry(copy);
      out.write(entry.getName().endsWith(".class") ? upgraded(format, bytes) : bytes);
      out.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] upgraded(ClassFile format, byte[] bytes) {
    ClassModel model = format.parse(bytes);
    if (model.majorVersion() >= OLDEST_KEPT) {
      return bytes;
    }
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    return format.transformClass(
        model, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }
}
