package io.rollcall.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rollcall.cli.doctor.Diagnosis;
import io.rollcall.cli.doctor.Examination;
import io.rollcall.config.Loaded;
import io.rollcall.config.SettingsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rollcall doctor}. */
@Command(
    name = "doctor",
    description = {
      "Examine this installation: settings, HAProxy, Serf, machine and applications.",
      "Prints one line per finding, ok, warn or fail, and below it the cure. Changes nothing."
    })
final class DoctorCommand extends CliCommand {
  @Option(
      names = "--haproxy-config",
      paramLabel = "FILE",
      description = {
        "HAProxy's configuration (default: haproxy.config of the settings,",
        "else /etc/haproxy/haproxy.cfg)."
      })
  private @Nullable Path haproxyConfig;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "The user that runs the sidecar (default: rollcall, else this one).")
  private @Nullable String user;

  @Override
  public Integer call() {
    Path settings = options().config(environment());
    Loaded loaded = SettingsFile.load(settings, environment());
    Path haproxy = haproxyConfig == null ? configured(loaded) : haproxyConfig;
    List<Diagnosis> found = new Examination(settings, loaded, haproxy, environment(), user()).run();
    if (json) {
      ArrayNode all = ApiClient.JSON.createArrayNode();
      found.forEach(diagnosis -> all.add(node(diagnosis)));
      out().println(all);
    } else {
      found.forEach(diagnosis -> show(diagnosis, settings, haproxy));
    }
    boolean failed = found.stream().anyMatch(each -> each.level() == Diagnosis.Level.FAIL);
    return failed ? CliFailure.NOT_SO : 0;
  }

  private String user() {
    if (user != null) {
      return user;
    }
    boolean installed = Files.isDirectory(Path.of("/usr/lib/rollcall"));
    return installed ? "rollcall" : System.getProperty("user.name");
  }

  private static Path configured(Loaded loaded) {
    Path standard = Path.of("/etc/haproxy/haproxy.cfg");
    return loaded instanceof Loaded.Valid valid
        ? Objects.requireNonNullElse(valid.settings().haproxy().config(), standard)
        : standard;
  }

  private void show(Diagnosis diagnosis, Path settings, Path haproxy) {
    print("%-4s  %s: %s".formatted(level(diagnosis), diagnosis.about(), diagnosis.text()));
    if (diagnosis.cure() != null) {
      print("      " + diagnosis.cure().title(settings.toString(), haproxy.toString()));
      diagnosis.cure().text().lines().forEach(line -> print("        " + line));
    }
  }

  private static ObjectNode node(Diagnosis diagnosis) {
    ObjectNode node =
        ApiClient.JSON
            .createObjectNode()
            .put("level", level(diagnosis))
            .put("about", diagnosis.about())
            .put("text", diagnosis.text());
    node.set("cure", ApiClient.JSON.valueToTree(diagnosis.cure()));
    return node;
  }

  private static String level(Diagnosis diagnosis) {
    return diagnosis.level().name().toLowerCase(Locale.ROOT);
  }
}
