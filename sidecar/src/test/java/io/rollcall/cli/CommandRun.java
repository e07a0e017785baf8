package io.rollcall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** One run of {@code rollcall} in this process: its exit status and what it printed. */
public record CommandRun(int status, String out, String err) {
  /** Runs it with these variables and arguments. */
  public static CommandRun of(Map<String, String> environment, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        Rollcall.commandLine(environment, arguments)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new CommandRun(status, out.toString(), err.toString());
  }

  /** Its output, if it ended with this status. */
  public String out(int expected) {
    assertEquals(expected, status, out + err);
    return out;
  }

  /** Its errors, if it ended with this status. */
  public String err(int expected) {
    assertEquals(expected, status, out + err);
    return err;
  }
}
