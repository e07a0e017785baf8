package io.rollcall.cli;

import picocli.CommandLine.Command;

/** {@code rollcall status}. */
@Command(name = "status", description = "Print the status of a balancer.")
final class StatusCommand extends CliCommand {
  @Override
  public Integer call() {
    String text =
        json ? api().text("/api/v1/status", "application/json") : api().text("/", "text/plain");
    out().println(text.strip());
    out().flush();
    return 0;
  }
}
