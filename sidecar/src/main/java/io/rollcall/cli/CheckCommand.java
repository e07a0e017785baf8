package io.rollcall.cli;

import io.rollcall.config.Loaded;
import io.rollcall.config.SettingsFile;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code rollcall check}. */
@Command(name = "check", description = "Validate the settings of the service.")
final class CheckCommand extends CliCommand {
  @Override
  public Integer call() {
    Path file = options().config(environment());
    List<String> problems =
        SettingsFile.load(file, environment()) instanceof Loaded.Rejected rejected
            ? rejected.lines()
            : List.of();
    if (json) {
      out()
          .println(
              ApiClient.JSON
                  .createObjectNode()
                  .put("file", file.toString())
                  .put("valid", problems.isEmpty())
                  .set("problems", ApiClient.JSON.valueToTree(problems)));
    } else if (problems.isEmpty()) {
      print(file + ": configuration is valid");
    } else {
      problems.forEach(err()::println);
    }
    return problems.isEmpty() ? 0 : CliFailure.USAGE;
  }
}
