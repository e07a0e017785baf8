package io.rollcall.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rollcall weight NAME WEIGHT}. */
@Command(name = "weight", description = "Set the weight of a member.")
final class WeightCommand extends MemberOrder {
  private static final int MAX = 256;

  @Parameters(index = "0", paramLabel = "NAME", description = "The member.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "WEIGHT", description = "A number from 0 to 256.")
  private int weight;

  @Override
  public Integer call() {
    if (weight < 0 || weight > MAX) {
      throw new CliFailure(
          CliFailure.USAGE, "WEIGHT: expected a number from 0 to " + MAX + ", got " + weight);
    }
    return order(
        (api, status) -> send(api, status, name, "PUT", "weight", Map.of("weight", weight)));
  }
}
