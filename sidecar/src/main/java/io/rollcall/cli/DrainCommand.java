package io.rollcall.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollcall drain NAME... [--wait]}. */
@Command(
    name = "drain",
    description = "Take members out of rotation once their requests and sessions have ended.")
final class DrainCommand extends StateOrder {
  @Option(names = "--wait", description = "Wait until they are gone.")
  private boolean wait;

  @Mixin private WaitOptions waiting = new WaitOptions();

  @Override
  public Integer call() {
    int sent = super.call();
    return wait && sent == 0
        ? waiting.run(
            this,
            options().endpoint(environment()),
            names,
            MemberWait.Goal.gone,
            pool(),
            allBalancers())
        : sent;
  }
}
