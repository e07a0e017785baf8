package io.rollcall.http;

import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Proxies whose {@code X-Forwarded-For} is believed: that of anybody else is a mere claim. */
public final class TrustedProxies {
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private final List<Network> networks;

  /** An address and how many of its bits count. */
  private record Network(InetAddress address, int bits) {
    static Network parse(String text) {
      String[] parts = text.split("/", 2);
      InetAddress address = InetAddress.ofLiteral(parts[0]);
      int all = address.getAddress().length * Byte.SIZE;
      int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
      if (bits < 0 || bits > all) {
        throw new IllegalArgumentException(text);
      }
      return new Network(address, bits);
    }

    boolean contains(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] its = other.getAddress();
      if (its.length != mine.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % Byte.SIZE;
        if (((mine[bit / Byte.SIZE] ^ its[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * @param ranges addresses or {@code ADDRESS/BITS}; throws for anything else
   */
  public TrustedProxies(List<String> ranges) {
    this.networks = ranges.stream().map(Network::parse).toList();
  }

  /** Whether this literal address is one of them. */
  boolean contains(String address) {
    InetAddress ip = literal(address);
    return ip != null && networks.stream().anyMatch(net -> net.contains(ip));
  }

  /** The client's address: the last one of the way to here that is not that of a proxy. */
  String client(RoutingContext ctx) {
    String client = ctx.request().remoteAddress().hostAddress();
    String[] way =
        String.join(",", ctx.request().headers().getAll("X-Forwarded-For")).split(",", -1);
    for (int i = way.length - 1; i >= 0 && contains(client); i--) {
      InetAddress before = literal(way[i].strip());
      if (before == null) {
        break;
      }
      client = before.getHostAddress();
    }
    return client;
  }

  private static @Nullable InetAddress literal(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
