package io.rollcall.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall wait NAME... --state serving|gone}. */
@Command(
    name = "wait",
    description = {
      "Wait until members serve, or are gone.",
      "The status is 0 only if it is so for all of them."
    })
final class WaitCommand extends CliCommand {
  @Parameters(paramLabel = "NAME", arity = "1..*", description = "Members.")
  private List<String> names = List.of();

  @Option(
      names = "--state",
      required = true,
      paramLabel = "STATE",
      description = {
        "serving: HAProxy gives the member requests, in every pool that has it;",
        "gone: no pool gives it requests, and none is left."
      })
  private MemberWait.Goal goal = MemberWait.Goal.serving;

  @Option(names = "--pool", paramLabel = "POOL", description = "Only in this pool.")
  private @Nullable String pool;

  @Option(
      names = "--all-balancers",
      description = {
        "Wait for every balancer that is alive in Serf, asked at its address",
        "with the port and the token of this one."
      })
  private boolean all;

  @Mixin private WaitOptions waiting = new WaitOptions();

  @Override
  public Integer call() {
    return waiting.run(this, options().endpoint(environment()), names, goal, pool, all);
  }
}
