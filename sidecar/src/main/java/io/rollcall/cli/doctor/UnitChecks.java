package io.rollcall.cli.doctor;

import io.rollcall.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The units of systemd: that they start with the machine, and may write where they have to. */
final class UnitChecks {
  private static final Path UNITS = Path.of("etc/systemd/system");
  private static final Path INSTALLED = Path.of("usr/lib/systemd/system");
  private static final String UNIT = "rollcall.service";
  private static final String WRITABLE = "ReadWritePaths=";

  private final Path root;
  private final DiagnosisCollector report;

  /**
   * Nothing is read yet.
   *
   * @param root of the file system, {@code /} but in tests
   */
  UnitChecks(Path root, DiagnosisCollector report) {
    this.root = root;
    this.report = report;
  }

  /** Nothing without systemd, or where another program runs the sidecar. */
  void examine(Settings settings) {
    Path unit = root.resolve(INSTALLED).resolve(UNIT);
    if (!Files.isDirectory(root.resolve("run/systemd/system")) || !Files.exists(unit)) {
      return;
    }
    for (String name : List.of("haproxy", "serf", "rollcall")) {
      enabled(name);
    }
    List<String> lines = lines(unit);
    if (lines.contains("ProtectSystem=strict")) {
      writable("haproxy.stateFile", settings.haproxy().stateFile(), lines);
      writable("state.dir", settings.stateDir().resolve("memory.json"), lines);
    }
  }

  private void enabled(String name) {
    String unit = name + ".service";
    boolean known =
        Files.exists(root.resolve(INSTALLED).resolve(unit))
            || Files.exists(root.resolve(UNITS).resolve(unit));
    Path wanted = root.resolve(UNITS).resolve("multi-user.target.wants").resolve(unit);
    if (known && !Files.isSymbolicLink(wanted)) {
      report.warn(
          unit,
          "is not enabled: it does not start with the machine",
          Cure.run("systemctl enable " + name));
    } else if (known) {
      report.ok(unit, "is enabled");
    }
  }

  /** The file system is read-only for the service, whatever the rights of its user are. */
  private void writable(String about, Path file, List<String> unit) {
    Path parent = file.toAbsolutePath().getParent();
    Path directory = parent == null ? file.toAbsolutePath() : parent;
    var allowed = new ArrayList<Path>();
    allowed.add(Path.of("/var/lib/rollcall"));
    Stream.concat(unit.stream(), dropIns().stream())
        .filter(line -> line.startsWith(WRITABLE))
        .flatMap(line -> Stream.of(line.substring(WRITABLE.length()).split("\\s+", -1)))
        .map(path -> path.replaceFirst("^[-+]+", ""))
        .filter(path -> path.startsWith("/"))
        .map(Path::of)
        .forEach(allowed::add);
    if (allowed.stream().noneMatch(directory::startsWith)) {
      report.fail(
          about,
          "%s is read-only for %s (ProtectSystem=strict)".formatted(directory, UNIT),
          Cure.run(
              """
              mkdir -p /etc/systemd/system/%1$s.d
              printf '[Service]\\n%2$s%3$s\\n' >/etc/systemd/system/%1$s.d/write.conf
              systemctl daemon-reload
              systemctl restart rollcall\
              """
                  .formatted(UNIT, WRITABLE, directory)));
    }
  }

  private List<String> dropIns() {
    try (Stream<Path> files = Files.list(root.resolve(UNITS).resolve(UNIT + ".d"))) {
      return files
          .filter(file -> file.toString().endsWith(".conf"))
          .flatMap(file -> lines(file).stream())
          .toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static List<String> lines(@Nullable Path file) {
    try {
      return file == null ? List.of() : Files.readAllLines(file);
    } catch (IOException _) {
      return List.of();
    }
  }
}
