package io.rollcall.haproxy;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.LocalAddresses;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where HAProxy accepts connections, and which addresses the machine has. */
final class Listeners {
  private static final String COLUMN = "addr";
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+)):(\\d{1,5})");

  private Listeners() {}

  /**
   * The sockets in a reply to {@code show stat -1 8 -1}, and the present interfaces. A socket that
   * is not of TCP is left out, and so is a line without the expected form.
   */
  static LocalAddresses parse(String reply) {
    var listeners = new HashSet<Endpoint>();
    int column = -1;
    for (String line : reply.lines().toList()) {
      String[] fields = line.split(",", -1);
      if (line.startsWith("#")) {
        column = Arrays.asList(fields).indexOf(COLUMN);
      } else if (column >= 0 && column < fields.length) {
        Matcher found = ADDRESS.matcher(fields[column]);
        if (found.matches()) {
          String ip = found.group(1) == null ? found.group(2) : found.group(1);
          add(ip, Integer.parseInt(found.group(3)), listeners);
        }
      }
    }
    return local(listeners);
  }

  private static void add(String ip, int port, Set<Endpoint> listeners) {
    try {
      listeners.add(Endpoint.of(ip, port));
    } catch (IllegalArgumentException _) {
      // no address that a member could have
    }
  }

  private static LocalAddresses local(Set<Endpoint> listeners) {
    try {
      var all =
          NetworkInterface.networkInterfaces()
              .flatMap(i -> i.getInterfaceAddresses().stream())
              .toList();
      var own = new HashSet<InetAddress>();
      var broadcasts = new HashSet<InetAddress>();
      for (InterfaceAddress at : all) {
        own.add(at.getAddress());
        if (at.getBroadcast() != null) {
          broadcasts.add(at.getBroadcast());
        }
      }
      return new LocalAddresses(null, own, broadcasts, listeners);
    } catch (SocketException _) {
      return new LocalAddresses(null, Set.of(), Set.of(), listeners);
    }
  }
}
