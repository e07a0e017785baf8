package io.rollcall.core.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

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

  /** The address in its short form: {@code fd00::7} for Java's {@code fd00:0:0:0:0:0:0:7}. */
  public static String text(InetAddress ip) {
    String full = ip.getHostAddress();
    for (int zeros = 8; zeros > 1 && ip instanceof Inet6Address; zeros--) {
      String text = full.replaceFirst("(^|:)0(:0){" + (zeros - 1) + "}(:|$)", "::");
      if (!text.equals(full)) {
        return text;
      }
    }
    return full;
  }

  // By hand, as those of SlotId.
  @Override
  public int hashCode() {
    return 31 * ip.hashCode() + port;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Endpoint at && port == at.port && ip.equals(at.ip);
  }

  @Override
  public String toString() {
    String host = text(ip);
    return (ip instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }
}
