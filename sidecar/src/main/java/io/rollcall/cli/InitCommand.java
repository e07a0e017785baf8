package io.rollcall.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rollcall.cli.init.Addition;
import io.rollcall.cli.init.FileChange;
import io.rollcall.cli.init.Initialization;
import io.rollcall.cli.init.Installer;
import io.rollcall.cli.init.Wanted;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollcall init}. */
@Command(
    name = "init",
    description = {
      "Print, or put in place, what a backend of haproxy.cfg lacks for Rollcall.",
      "That is lines to add, settings and drop-ins for systemd. Your own lines are never changed."
    })
final class InitCommand extends CliCommand {
  @Mixin private InitOptions options = new InitOptions();

  @Option(names = "--write", description = "Write it, after a backup of each file.")
  private boolean write;

  @Option(
      names = "--apply",
      description = {
        "Write it, reload HAProxy, restart the Serf agent, enable and start Rollcall;",
        "if a step fails, put everything back. Asks first, unless --yes is given."
      })
  private boolean apply;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Override
  public Integer call() {
    try {
      Wanted wanted = options.wanted();
      Initialization found =
          Initialization.of(wanted, options.places(options().config(environment())), environment());
      var installer = new Installer(found, environment(), this::report);
      show(found, installer);
      if (apply && !yes && !confirmed()) {
        throw new CliFailure(CliFailure.NOT_SO, "nothing was changed: not answered with yes");
      }
      if (write || apply) {
        installer.write();
      }
      String failure = apply ? installer.apply() : null;
      if (failure != null) {
        throw new CliFailure(CliFailure.NOT_SO, failure);
      }
      return 0;
    } catch (Initialization.InitRefused e) {
      throw new CliFailure(CliFailure.NOT_SO, "refused: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new CliFailure(CliFailure.NOT_SO, String.valueOf(e.getMessage()), e);
    }
  }

  private void report(String line) {
    if (json) {
      err().println(line);
    } else {
      print(line);
    }
  }

  /** Only a person at a terminal can say yes. */
  @SuppressWarnings("SystemConsoleNull") // a linked runtime may have no console for other files
  private static boolean confirmed() {
    var console = System.console();
    if (console == null || !console.isTerminal()) {
      return false;
    }
    String answer = console.readLine("Apply this? [yes/no] ");
    return answer != null && answer.strip().equalsIgnoreCase("yes");
  }

  private void show(Initialization found, Installer installer) {
    if (json) {
      out().println(node(found, installer));
      return;
    }
    if (found.files().isEmpty()) {
      print("nothing is missing in the files");
    }
    for (FileChange change : found.files()) {
      if (change.file().equals(options.haproxy())) {
        found.additions().forEach(this::show);
      } else {
        show(change);
      }
    }
    if (!apply) {
      print("");
      print((write ? "Then" : "With --write the files are changed; then") + " run as root:");
      installer.commands().forEach(command -> print("    " + command));
    }
  }

  private void show(Addition addition) {
    print(
        "%s: at the end of \"%s\"%s:"
            .formatted(
                options.haproxy(), addition.section(), addition.isNew() ? ", a new section" : ""));
    addition.lines().forEach(line -> print("    " + line));
  }

  /** The lines that differ: of a new file all of them. */
  private void show(FileChange change) {
    String before = change.before();
    print(change.file() + (before == null ? ": a new file:" : ":"));
    var old = before == null ? List.<String>of() : before.lines().toList();
    change
        .after()
        .lines()
        .filter(line -> !old.contains(line))
        .forEach(line -> print("    " + line));
  }

  private ObjectNode node(Initialization found, Installer installer) {
    ObjectNode node = ApiClient.JSON.createObjectNode();
    ArrayNode files = node.putArray("files");
    found
        .files()
        .forEach(change ->
            files
                .addObject()
                .put("file", change.file().toString())
                .put("before", change.before())
                .put("after", change.after()));
    node.set("additions", ApiClient.JSON.valueToTree(found.additions()));
    node.set("commands", ApiClient.JSON.valueToTree(installer.commands()));
    return node;
  }
}
