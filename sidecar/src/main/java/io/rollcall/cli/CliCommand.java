package io.rollcall.cli;

import io.rollcall.core.Sanitizer;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One subcommand: its common options, where it prints, and the service that it asks. */
abstract class CliCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin private ServiceOptions options = new ServiceOptions();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /** Runs the command; the result is its exit status. */
  @Override
  public abstract Integer call();

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Prints one line; foreign text in it becomes visible and harmless. */
  void print(String line) {
    out().println(Sanitizer.visible(line));
    out().flush();
  }

  ServiceOptions options() {
    return options;
  }

  Map<String, String> environment() {
    return ((Rollcall) spec.root().userObject()).environment();
  }

  /** The sidecar that the options name. */
  ApiClient api() {
    return options.endpoint(environment()).client();
  }
}
