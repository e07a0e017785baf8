package io.rollcall.cli;

import io.rollcall.app.Main;
import picocli.CommandLine.Command;

/** {@code rollcall run}. */
@Command(name = "run", description = "Run the sidecar in the foreground.")
final class RunCommand extends CliCommand {
  /** No exit status of a process: the sidecar runs on threads of its own. */
  static final int RUNNING = -1;

  @Override
  public Integer call() {
    Main.main(new String[] {"--config", options().config(environment()).toString()});
    return RUNNING;
  }
}
