package io.rollcall.cli;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An order that sets the state of members: {@code drain}, {@code ready}, {@code maint}. */
abstract class StateOrder extends MemberOrder {
  @Parameters(paramLabel = "NAME", arity = "1..*", description = "Members.")
  List<String> names = List.of();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the event log.")
  private @Nullable String reason;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "When the order ends by itself: a time such as 2030-01-31T08:00:00Z.")
  private @Nullable Instant until;

  @Override
  public Integer call() {
    return order((api, status) -> {
      for (String name : names) {
        send(api, status, name, "POST", spec.name(), body(reason, until));
      }
    });
  }
}
