package io.rollcall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rollcall members}. */
@Command(name = "members", description = "Print the members of each pool, one per line.")
final class MembersCommand extends CliCommand {
  private static final List<String> CELLS =
      List.of("name", "address", "port", "slot", "state", "gossip", "check", "weight", "why");

  @Option(names = "--pool", paramLabel = "POOL", description = "Only the members of this pool.")
  private @Nullable String pool;

  @Override
  public Integer call() {
    ArrayNode members = ApiClient.JSON.createArrayNode();
    var table =
        new ConsoleTable(
            "POOL", "NAME", "ADDRESS", "PORT", "SLOT", "STATE", "GOSSIP", "CHECK", "WEIGHT", "WHY");
    boolean found = pool == null;
    for (JsonNode each : api().get("/api/v1/status").path("pools")) {
      String backend = each.path("backend").asText();
      if (pool != null && !pool.equals(backend)) {
        continue;
      }
      found = true;
      for (JsonNode row : each.path("members")) {
        ObjectNode member = members.addObject().put("pool", backend);
        member.setAll((ObjectNode) row);
        table.add(cells(backend, row));
      }
    }
    if (!found) {
      throw new CliFailure(CliFailure.NOT_SO, "no pool " + pool + "; see rollcall status");
    }
    if (json) {
      out().println(members);
    } else {
      table.lines().forEach(out()::println);
    }
    return 0;
  }

  private static List<String> cells(String backend, JsonNode row) {
    var cells = new ArrayList<>(List.of(backend));
    CELLS.forEach(name -> cells.add(row.path(name).isNull() ? "-" : row.path(name).asText()));
    return cells;
  }
}
