package io.rollcall.simulation;

import io.rollcall.core.model.Endpoint;
import java.util.HashMap;
import java.util.Map;

/** The few addresses of a simulation, so that they are used again and again. */
final class Hosts {
  private static final Map<Integer, Endpoint> KNOWN = new HashMap<>();

  static {
    for (int host = 0; host < 256; host++) {
      KNOWN.put(host, Endpoint.of("10.0.0." + host, Simulation.POLICY.port()));
      KNOWN.put(-host, Endpoint.of("10.0.0." + host, 4000));
    }
  }

  private Hosts() {}

  static Endpoint at(int host) {
    return KNOWN.get(host);
  }

  /** The same host, another port. */
  static Endpoint otherPort(int host) {
    return KNOWN.get(-host);
  }
}
