package io.rollcall.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;

/**
 * Runs commands that only read, so that a cache of their classes can be made. {@code bin/rollcall}
 * starts it in the training run of the runtime.
 */
final class Training {
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("doctor", "--help"),
          List.of("check"),
          List.of("status"),
          List.of("members"),
          List.of("members", "--json"),
          List.of("events"),
          List.of("plan"),
          List.of("wait", "nobody", "--state", "gone"));

  private Training() {}

  /**
   * Prints nothing; what the commands find does not matter.
   *
   * @param args the command that loads most: {@code doctor} with its options
   */
  public static void main(String[] args) {
    System.setProperty("msgpack.universal-buffer", "true");
    run(args);
    COMMANDS.forEach(command -> run(command.toArray(String[]::new)));
  }

  private static void run(String... args) {
    var nowhere = new PrintWriter(Writer.nullWriter());
    var _ =
        Rollcall.commandLine(System.getenv(), args).setOut(nowhere).setErr(nowhere).execute(args);
  }
}
