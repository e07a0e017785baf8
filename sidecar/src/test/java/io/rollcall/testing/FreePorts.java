package io.rollcall.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that were free a moment ago, for TCP and UDP. */
public final class FreePorts {
  private FreePorts() {}

  public static int one() {
    return one("127.0.0.1");
  }

  public static int one(String address) {
    InetAddress ip = InetAddress.ofLiteral(address);
    try (var tcp = new ServerSocket(0, 1, ip);
        var _ = new DatagramSocket(tcp.getLocalPort(), ip)) {
      return tcp.getLocalPort();
    } catch (BindException _) {
      return one(address);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
