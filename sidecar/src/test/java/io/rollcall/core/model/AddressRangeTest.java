package io.rollcall.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,    10.255.0.1,  true",
    "10.0.0.0/8,    11.0.0.1,    false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.200, true",
    "192.0.2.1,     192.0.2.1,   true",
    "192.0.2.1,     192.0.2.2,   false",
    "0.0.0.0/0,     203.0.113.9, true",
    "0.0.0.0/0,     fd00::1,     false",
    "fd00::/8,      fdff::1,     true",
    "fd00::/8,      fe80::1,     false",
  })
  void containsTheAddressesWithItsPrefix(String range, String ip, boolean contained) {
    AddressRange parsed = AddressRange.of(range).orElseThrow();
    assertEquals(contained, parsed.contains(InetAddress.ofLiteral(ip)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "web", "10.0.0.0/8/8"})
  void isNoOtherText(String text) {
    assertTrue(AddressRange.of(text).isEmpty());
  }
}
