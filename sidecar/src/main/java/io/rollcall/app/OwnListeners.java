package io.rollcall.app;

import io.rollcall.config.Settings;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.model.Endpoint;
import java.util.HashSet;

/** Adds where the sidecar and the agent beside it listen to what HAProxy reports of itself. */
final class OwnListeners {
  private static final String ALL = "0.0.0.0";

  private OwnListeners() {}

  /** The same input, unless it has the addresses of this balancer. */
  static HaproxyInput added(HaproxyInput input, Settings settings) {
    if (!(input instanceof HaproxyInput.LocalAddressesRead(var local))) {
      return input;
    }
    var listeners = new HashSet<>(local.listeners());
    listeners.add(endpoint(settings.http().host(), settings.http().port()));
    if (settings.serf().rpcHost() != null) {
      listeners.add(endpoint(settings.serf().rpcHost(), settings.serf().rpcPort()));
    }
    return new HaproxyInput.LocalAddressesRead(local.withListeners(listeners));
  }

  /** A host name may stand for any address of the machine. */
  private static Endpoint endpoint(String host, int port) {
    try {
      return Endpoint.of(host, port);
    } catch (IllegalArgumentException _) {
      return Endpoint.of(ALL, port);
    }
  }
}
