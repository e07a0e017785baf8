package io.rollcall.serf;

import org.jspecify.annotations.Nullable;

/**
 * Where an agent listens for RPC. Prints as {@code host:port}, never with its key.
 *
 * @param authKey the agent's {@code rpc_auth}; null for none
 */
public record SerfAgent(String host, int port, @Nullable String authKey) {
  /** A message of one line that names the agent. */
  String message(String reason) {
    return "serf RPC " + this + ": " + reason;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
