package io.rollcall.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long a command waits. */
final class WaitOptions {
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "The longest time, such as 500ms, 60s or 5m (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofSeconds(60);

  /**
   * Waits and prints the result.
   *
   * @param all for every balancer, see {@link MemberWait#run}
   * @return the exit status of the command
   */
  int run(
      CliCommand command,
      ApiEndpoint endpoint,
      List<String> names,
      MemberWait.Goal goal,
      @Nullable String pool,
      boolean all) {
    MemberWait.WaitResult result = new MemberWait(endpoint, names, goal, pool).run(all, timeout);
    List<MemberWait.Disagreement> found = result.disagreements();
    if (command.json) {
      ObjectNode shown = ApiClient.JSON.createObjectNode().put("state", goal.name());
      shown.set("members", ApiClient.JSON.valueToTree(names));
      shown.put("reached", found.isEmpty());
      shown.set("disagreements", ApiClient.JSON.valueToTree(found));
      command.out().println(shown);
    } else if (found.isEmpty()) {
      command.print(String.join(", ", names) + ": " + goal);
    } else {
      found.forEach(line -> command.err().println("rollcall: " + line));
      command.err().println("rollcall: timed out after " + text(timeout));
    }
    if (found.isEmpty()) {
      return 0;
    }
    return result.reachable() ? CliFailure.NOT_SO : CliFailure.UNREACHABLE;
  }

  private static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
