package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.LocalAddresses;
import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListenersTest {
  @Test
  void readsTheSocketsOfTcp() {
    LocalAddresses local =
        Listeners.parse(
            """
            # pxname,svname,qcur,addr,cookie,
            web,sock-1,,0.0.0.0:8080,,
            web,sock-2,,[::]:8443,,
            stats,sock-1,,unix,,
            stats,sock-2,,10.0.0.1:99999,,
            short,sock-1
            """);
    assertEquals(Set.of(Endpoint.of("0.0.0.0", 8080), Endpoint.of("::", 8443)), local.listeners());
  }

  @Test
  void hasTheAddressesOfTheMachine() {
    LocalAddresses local = Listeners.parse("");
    assertEquals(Set.of(), local.listeners());
    assertTrue(local.addresses().stream().anyMatch(InetAddress::isLoopbackAddress));
  }
}
