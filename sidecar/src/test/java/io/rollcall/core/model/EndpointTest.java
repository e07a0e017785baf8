package io.rollcall.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7", "0.0.0.0"})
  void printsAnIpv4AddressAsItIs(String address) {
    assertEquals(address + ":80", Endpoint.of(address, 80).toString());
  }

  /** RFC 5952: the longest run of zeros, the first of equal ones, never a single one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "::",
        "::1",
        "fd00::",
        "fd00::7",
        "fd00::1:0:0:1",
        "1:0:2:3:4:5:6:7",
        "1:0:0:2::3",
        "10:0:1:10:0:1:0:1"
      })
  void printsAnIpv6AddressInItsShortForm(String address) {
    assertEquals("[" + address + "]:80", Endpoint.of(address, 80).toString());
  }
}
