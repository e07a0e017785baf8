package io.rollcall.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code rollcall alert test CHANNEL}. */
@Command(
    name = "alert",
    description = "Check the channels of alerts.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = AlertCommand.Test.class)
final class AlertCommand {

  /** Sends a test message. */
  @Command(name = "test", description = "Send a test message through a channel, such as mail.")
  static final class Test extends CliCommand {
    @Parameters(paramLabel = "CHANNEL", description = "A channel of alerts.channels, or mail.")
    private String channel = "";

    @Override
    public Integer call() {
      api().send("POST", "/api/v1/alerts/%s/test".formatted(ApiClient.segment(channel)), null);
      if (json) {
        out().println(ApiClient.JSON.createObjectNode().put("channel", channel).put("sent", true));
      } else {
        print(channel + ": the test message was accepted");
      }
      return 0;
    }
  }
}
