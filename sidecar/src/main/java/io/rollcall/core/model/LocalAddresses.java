package io.rollcall.core.model;

import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to the balancer itself, and therefore to no member.
 *
 * @param agent its own agent, as the member list has it; null while it is unknown
 * @param addresses of its network interfaces
 * @param broadcasts of its networks
 * @param listeners where it accepts connections; the unspecified address stands for all of its own
 */
public record LocalAddresses(
    @Nullable Member agent,
    Set<InetAddress> addresses,
    Set<InetAddress> broadcasts,
    Set<Endpoint> listeners) {
  public static final LocalAddresses NONE = new LocalAddresses(null, Set.of(), Set.of(), Set.of());

  public LocalAddresses {
    addresses = Set.copyOf(addresses);
    broadcasts = Set.copyOf(broadcasts);
    listeners = Set.copyOf(listeners);
  }

  public LocalAddresses withAgent(@Nullable Member own) {
    return new LocalAddresses(own, addresses, broadcasts, listeners);
  }

  public LocalAddresses withListeners(Set<Endpoint> all) {
    return new LocalAddresses(agent, addresses, broadcasts, all);
  }

  /**
   * Why no member can serve there in this pool: it is not an address of one host, it is the
   * balancer itself, or the pool's rule does not allow it. Null if it can.
   */
  public @Nullable String refusal(String member, Endpoint at, Admission rule) {
    InetAddress ip = at.ip();
    boolean allowed = rule.lists(ip);
    if (isReserved(ip)) {
      return "address " + Endpoint.text(ip) + " is reserved or a broadcast address";
    }
    if (isListener(at)) {
      return at + " is the balancer itself";
    }
    if (ip.isLoopbackAddress() && agent != null && !agent.ip().isLoopbackAddress() && !allowed) {
      return "loopback address "
          + Endpoint.text(ip)
          + ", but the own agent is at "
          + Endpoint.text(agent.ip())
          + "; pools[].allow does not name it";
    }
    if (!rule.allow().isEmpty() && !allowed) {
      return "address " + Endpoint.text(ip) + " is in no range of pools[].allow";
    }
    return rule.allowsName(member) ? null : "its name does not match pools[].names";
  }

  /**
   * 0.0.0.0/8, 240.0.0.0/4 with the limited broadcast, or the broadcast of an own network. The
   * unspecified address and multicast are not valid in a member at all.
   */
  private boolean isReserved(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    int first = Byte.toUnsignedInt(bytes[0]);
    return broadcasts.contains(ip)
        || (bytes.length == 4 && !ip.isAnyLocalAddress() && (first == 0 || first >= 240));
  }

  private boolean isListener(Endpoint at) {
    for (Endpoint own : listeners) {
      if (own.port() == at.port()
          && (own.ip().isAnyLocalAddress() ? isOwn(at.ip()) : own.ip().equals(at.ip()))) {
        return true;
      }
    }
    return false;
  }

  private boolean isOwn(InetAddress ip) {
    return ip.isLoopbackAddress()
        || (agent != null && ip.equals(agent.ip()))
        || addresses.contains(ip);
  }
}
