package io.rollcall.core;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Where a member's application listens: an IP address and a TCP port (1 to 65535). Prints as {@code
 * 10.0.0.7:3000} or {@code [fd00::7]:3000}.
 */
public record Endpoint(InetAddress ip, int port) {
  public Endpoint {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not from 1 to 65535");
    }
  }

  /**
   * An endpoint of a literal address; throws IllegalArgumentException for a name or a port out of
   * range.
   */
  public static Endpoint of(String literal, int port) {
    return new Endpoint(InetAddress.ofLiteral(literal), port);
  }

  @Override
  public String toString() {
    String host = ip.getHostAddress();
    return (ip instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }
}
