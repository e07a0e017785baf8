package io.rollcall.core.model;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param prefix how many leading bits an address has in common with the base
 */
public record AddressRange(InetAddress base, int prefix) {
  private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f.:]{2,45})(?:/(\\d{1,3}))?");

  /** A range, or one address without {@code /PREFIX}; empty for any other text. */
  public static Optional<AddressRange> of(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    try {
      InetAddress base = InetAddress.ofLiteral(found.group(1));
      int bits = base.getAddress().length * Byte.SIZE;
      int prefix = found.group(2) == null ? bits : Integer.parseInt(found.group(2));
      return prefix > bits ? Optional.empty() : Optional.of(new AddressRange(base, prefix));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  public boolean contains(InetAddress address) {
    byte[] one = base.getAddress();
    byte[] other = address.getAddress();
    if (one.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> bit % Byte.SIZE;
      if (((one[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return Endpoint.text(base) + "/" + prefix;
  }
}
