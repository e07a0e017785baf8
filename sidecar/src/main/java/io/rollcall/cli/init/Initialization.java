package io.rollcall.cli.init;

import io.rollcall.cli.doctor.HaproxyCheck;
import io.rollcall.config.Loaded;
import io.rollcall.config.SettingsFile;
import io.rollcall.haproxy.config.ProxyConfig;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is missing in an installation, computed before anything is written.
 *
 * @param additions to HAProxy's configuration
 * @param files that differ, in the order in which they are to be written
 */
public record Initialization(List<Addition> additions, List<FileChange> files) {
  /** Where the parts of an installation are. */
  public record Places(Path haproxy, Path settings, Path shipped, Path units) {}

  private static final Path GROUPS = Path.of("/etc/group");

  /** It cannot be done: one line. */
  public static final class InitRefused extends Exception {
    @Serial private static final long serialVersionUID = 1;

    InitRefused(String line) {
      super(line);
    }
  }

  public Initialization {
    additions = List.copyOf(additions);
    files = List.copyOf(files);
  }

  /**
   * Reads the installation and computes what it lacks. HAProxy has to accept its configuration as
   * it is, and as it would be.
   *
   * @param environment settings of the service, {@code SIDECAR_*}, and variables of haproxy.cfg
   */
  public static Initialization of(Wanted wanted, Places places, Map<String, String> environment)
      throws IOException, InitRefused {
    String before = text(places.haproxy());
    if (before == null) {
      throw new InitRefused(
          places.haproxy() + ": no such file; name it with --haproxy-config FILE");
    }
    if (!Files.readString(GROUPS).contains("\n" + wanted.group() + ":")) {
      throw new InitRefused(
          "no group %s, which the package rollcall creates: install it first"
              .formatted(wanted.group()));
    }
    var check = new HaproxyTrial(places.haproxy(), environment);
    accepted(check.run(before), places.haproxy() + " as it is");
    var parsed =
        ProxyConfig.parse(
            before, environment, condition -> HaproxyCheck.condition(condition, environment));
    var config = new ConfigAdditions(parsed, wanted);
    List<Addition> additions;
    try {
      additions = config.compute();
    } catch (ConfigAdditions.Unfit e) {
      throw new InitRefused(String.valueOf(e.getMessage()));
    }
    String after = ConfigText.with(before, parsed, additions);
    if (!additions.isEmpty()) {
      accepted(check.run(after), places.haproxy() + " with the additions");
    }
    var files = new ArrayList<FileChange>();
    files.add(new FileChange(places.haproxy(), before, after));
    files.add(settings(wanted, config, places, environment));
    files.addAll(dropIns(wanted, places));
    files.removeIf(FileChange::same);
    return new Initialization(additions, files);
  }

  private static void accepted(@Nullable String problem, String what) throws InitRefused {
    if (problem != null) {
      throw new InitRefused("HAProxy rejects " + what + ": " + problem);
    }
  }

  private static FileChange settings(
      Wanted wanted, ConfigAdditions config, Places places, Map<String, String> environment)
      throws IOException, InitRefused {
    String before = text(places.settings());
    String standard = text(places.shipped().resolve("sidecar.yaml"));
    boolean shipped = before != null && Objects.equals(before, standard);
    var next = new SettingsText(before == null ? "" : before);
    next.set("haproxy", "socket", config.socket().toString());
    next.set("haproxy", "stateFile", config.stateFile().toString());
    if (Files.getPosixFilePermissions(places.haproxy()).contains(PosixFilePermission.OTHERS_READ)) {
      next.set("haproxy", "config", places.haproxy().toString());
    }
    // what follows from the backend is kept if somebody set it otherwise
    config
        .poolSettings()
        .forEach((key, value) -> {
          if (key.equals("port") || shipped || !next.hasPool(wanted.backend(), key)) {
            next.setPool(wanted.backend(), key, value, shipped);
          }
        });
    var change = new FileChange(places.settings(), before, next.text());
    Path trial = Files.createTempFile("rollcall-", ".yaml");
    try {
      Files.writeString(trial, change.after());
      if (SettingsFile.load(trial, environment) instanceof Loaded.Rejected rejected) {
        throw new InitRefused(
            rejected.lines().getFirst().replace(trial.toString(), places.settings().toString()));
      }
    } finally {
      Files.deleteIfExists(trial);
    }
    return change;
  }

  /** The units that the package ships, in place; that of HAProxy has the key of the cookie. */
  private static List<FileChange> dropIns(Wanted wanted, Places places) throws IOException {
    var changes = new ArrayList<FileChange>();
    for (String unit : wanted.cookie() == null ? List.of("serf") : List.of("serf", "haproxy")) {
      String name = unit + ".service.d/rollcall.conf";
      String shipped = text(places.shipped().resolve("systemd").resolve(name));
      if (shipped != null) {
        Path file = places.units().resolve(name);
        changes.add(new FileChange(file, text(file), shipped));
      }
    }
    return changes;
  }

  private static @Nullable String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException _) {
      return null;
    }
  }
}
