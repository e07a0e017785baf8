package io.rollcall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One balancer that a command concerns.
 *
 * @param name the balancer's name in Serf, or its address if that is unknown
 */
record PeerEndpoint(String name, ApiEndpoint endpoint) {
  /** The one that was asked, by its status. */
  static PeerEndpoint own(ApiEndpoint endpoint, JsonNode status) {
    JsonNode name = status.at("/balancer/name");
    return new PeerEndpoint(
        name.isTextual() ? name.asText() : endpoint.url().getAuthority(), endpoint);
  }

  /** The other ones that are alive in Serf, each at its address there. */
  static List<PeerEndpoint> peers(ApiEndpoint endpoint, JsonNode status) {
    var peers = new ArrayList<PeerEndpoint>();
    for (JsonNode peer : status.path("fleet")) {
      if (peer.path("state").asText().equals("alive")) {
        peers.add(
            new PeerEndpoint(
                peer.path("name").asText(), endpoint.on(peer.path("address").asText())));
      }
    }
    return peers;
  }
}
