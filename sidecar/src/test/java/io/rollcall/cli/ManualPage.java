package io.rollcall.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a command line, in the macros of man(7), from what its commands declare. */
final class ManualPage {
  private final StringBuilder text = new StringBuilder();

  private ManualPage() {}

  static String of(CommandLine line) {
    var page = new ManualPage();
    page.write(line);
    return page.text.toString();
  }

  private void write(CommandLine line) {
    CommandSpec root = line.getCommandSpec();
    macro(".TH ROLLCALL 1 \"\" Rollcall \"Rollcall manual\"");
    macro(".SH NAME");
    plain("rollcall - " + description(root.usageMessage().description()));
    macro(".SH SYNOPSIS");
    macro(".B rollcall");
    macro(".I COMMAND");
    plain("[OPTION ...] [ARGUMENT ...]");
    macro(".SH COMMANDS");
    line.getSubcommands().values().forEach(this::command);
    macro(".SH EXIT STATUS");
    root.usageMessage()
        .exitCodeList()
        .forEach((status, meaning) -> {
          macro(".TP");
          macro(".B " + status);
          plain(meaning);
        });
    macro(".SH FILES");
    macro(".TP");
    macro(".I /etc/rollcall/sidecar.yaml");
    plain("Settings of the service. Address and token of the sidecar are read from here.");
    macro(".TP");
    macro(".I /etc/default/rollcall");
    plain("Variables SIDECAR_* of the service, which override the settings.");
  }

  private void command(CommandLine line) {
    CommandSpec command = line.getCommandSpec();
    if (!line.getSubcommands().isEmpty()) {
      line.getSubcommands().values().forEach(this::command);
      return;
    }
    macro(".SS " + command.qualifiedName(" "));
    plain(description(command.usageMessage().description()));
    command.positionalParameters().stream().map(ManualPage::usage).forEach(this::argument);
    command.options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .map(ManualPage::usage)
        .forEach(this::argument);
  }

  private record Usage(String name, String meaning) {}

  private static Usage usage(ArgSpec argument) {
    String meaning =
        description(argument.description())
            .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()));
    return switch (argument) {
      case OptionSpec option ->
          new Usage(
              String.join(", ", option.names())
                  + (option.arity().max() == 0 ? "" : " " + option.paramLabel()),
              meaning);
      case PositionalParamSpec parameter -> new Usage(parameter.paramLabel(), meaning);
      default -> throw new AssertionError(argument);
    };
  }

  private void argument(Usage usage) {
    macro(".TP");
    macro(".B " + escaped(usage.name()));
    plain(usage.meaning());
  }

  private static String description(String[] lines) {
    return String.join(" ", List.of(lines));
  }

  private void macro(String line) {
    text.append(line).append('\n');
  }

  private void plain(String line) {
    text.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "")
        .append(escaped(line))
        .append('\n');
  }

  private static String escaped(String line) {
    return line.replace("\\", "\\e").replace("-", "\\-");
  }
}
