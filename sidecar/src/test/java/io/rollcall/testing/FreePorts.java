package io.rollcall.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Ports that were free a moment ago, by TCP and UDP. They are below those that the kernel gives to
 * outgoing connections (from 32768 on), so that none of these takes one before its use, and none is
 * given twice: a test may not have bound its own yet, and what a dead agent leaves behind still
 * gossips with its old port.
 */
public final class FreePorts {
  private static final RandomGenerator RANDOM = new SecureRandom();
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  public static int one() {
    return one("127.0.0.1");
  }

  public static int one(String address) {
    for (int tries = 0; tries < 1000; tries++) {
      var candidate =
          new InetSocketAddress(InetAddress.ofLiteral(address), RANDOM.nextInt(10_000, 32_000));
      if (free(candidate) && GIVEN.add(candidate.getPort())) {
        return candidate.getPort();
      }
    }
    throw new IllegalStateException("no free port on " + address);
  }

  private static boolean free(InetSocketAddress candidate) {
    try (var tcp = new ServerSocket();
        var udp = new DatagramSocket(null)) {
      tcp.bind(candidate);
      udp.bind(candidate);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
