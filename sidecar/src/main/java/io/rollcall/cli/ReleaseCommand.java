package io.rollcall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall release NAME...}: members, or pools whose removals are held. */
@Command(
    name = "release",
    description = "Return members to automatic control, or permit the held removals of pools.")
final class ReleaseCommand extends MemberOrder {
  @Parameters(paramLabel = "NAME", arity = "1..*", description = "Members or pools.")
  private List<String> names = List.of();

  @Option(names = "--hold", description = "The names are those of pools.")
  private boolean hold;

  @Override
  public Integer call() {
    return order((api, status) -> {
      for (String name : names) {
        if (hold || isPool(status, name)) {
          String path = "/api/v1/pools/%s/release-hold".formatted(ApiClient.segment(name));
          api.send("POST", path, null);
          accepted(name, null, "release of the hold");
        } else {
          send(api, status, name, "DELETE", "intent", null);
        }
      }
    });
  }

  /** A pool has this name, and no member. */
  private static boolean isPool(JsonNode status, String name) {
    boolean pool = false;
    for (JsonNode each : status.path("pools")) {
      pool |= each.path("backend").asText().equals(name);
      for (JsonNode row : each.path("members")) {
        if (row.path("name").asText().equals(name)) {
          return false;
        }
      }
    }
    return pool;
  }
}
