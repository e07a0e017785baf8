package io.rollcall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that changes what an operator wants for members. */
abstract class MemberOrder extends CliCommand {
  @Option(
      names = "--pool",
      paramLabel = "POOL",
      description = "Only in this pool (default: every pool that has the member).")
  private @Nullable String pool;

  @Option(
      names = "--all-balancers",
      description = {
        "Send the order to every balancer that is alive in Serf, at its address",
        "with the port and the token of this one."
      })
  private boolean all;

  /** What is sent to one balancer. */
  interface Order {
    void send(ApiClient api, JsonNode status);
  }

  /**
   * Sends the order to this balancer, and if asked to the others. One that refuses or does not
   * answer does not keep it from the rest; the result is the exit status.
   */
  int order(Order order) {
    ApiEndpoint own = options().endpoint(environment());
    JsonNode status = own.client().get("/api/v1/status");
    order.send(own.client(), status);
    int result = 0;
    for (PeerEndpoint peer : all ? PeerEndpoint.peers(own, status) : List.<PeerEndpoint>of()) {
      try {
        ApiClient client = peer.endpoint().client();
        order.send(client, client.get("/api/v1/status"));
      } catch (CliFailure e) {
        err().println("rollcall: " + peer.name() + ": " + e.line());
        result = CliFailure.NOT_SO;
      }
    }
    return result;
  }

  boolean allBalancers() {
    return all;
  }

  @Nullable String pool() {
    return pool;
  }

  /** The pools to send the order to; the member may be known to the sidecar only by an intent. */
  List<String> pools(JsonNode status, String member) {
    if (pool != null) {
      return List.of(pool);
    }
    var pools = new ArrayList<String>();
    var all = new ArrayList<String>();
    for (JsonNode each : status.path("pools")) {
      String backend = each.path("backend").asText();
      all.add(backend);
      for (JsonNode row : each.path("members")) {
        if (row.path("name").asText().equals(member)) {
          pools.add(backend);
        }
      }
    }
    if (pools.isEmpty() && all.size() == 1) {
      return all;
    }
    if (pools.isEmpty()) {
      throw new CliFailure(
          CliFailure.NOT_SO,
          "no pool has a member %s; see rollcall members, or name the pool with --pool"
              .formatted(member));
    }
    return pools;
  }

  /** Sends one request for each pool that has the member. */
  void send(
      ApiClient api,
      JsonNode status,
      String member,
      String method,
      String action,
      @Nullable Object body) {
    for (String backend : pools(status, member)) {
      api.send(
          method,
          "/api/v1/pools/%s/members/%s/%s"
              .formatted(ApiClient.segment(backend), ApiClient.segment(member), action),
          body);
      accepted(backend, member, spec.name());
    }
  }

  void accepted(String backend, @Nullable String member, String action) {
    if (json) {
      ObjectNode order = ApiClient.JSON.createObjectNode().put("pool", backend);
      out().println(order.put("member", member).put("action", action).put("accepted", true));
    } else {
      print(backend + (member == null ? "" : "/" + member) + ": " + action + " accepted");
    }
  }

  /** The optional body of an order; null if there is nothing in it. */
  static @Nullable Map<String, Object> body(@Nullable String reason, @Nullable Instant until) {
    var body = new LinkedHashMap<String, Object>();
    if (reason != null) {
      body.put("reason", reason);
    }
    if (until != null) {
      body.put("until", until.toString());
    }
    return body.isEmpty() ? null : body;
  }
}
