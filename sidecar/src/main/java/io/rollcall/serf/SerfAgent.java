package io.rollcall.serf;

import org.jspecify.annotations.Nullable;

/**
 * Where an agent listens for RPC. Prints as {@code host:port}, never with its key.
 *
 * @param authKey the agent's {@code rpc_auth}, null where it has none
 */
public record SerfAgent(String host, int port, @Nullable String authKey) {
  /** What is wrong, as one line for a person. */
  String line(String why) {
    return "serf rpc " + this + ": " + why;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
