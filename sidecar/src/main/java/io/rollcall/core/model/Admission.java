package io.rollcall.core.model;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may be a member of a pool, beside having its tags.
 *
 * @param allow its address must be in one of these; empty: any address
 * @param names its whole name must match this; null: any name
 */
public record Admission(List<AddressRange> allow, @Nullable NamePattern names) {
  public static final Admission ANY = new Admission(List.of(), null);

  public Admission {
    allow = List.copyOf(allow);
  }

  /** The address is in one of the ranges; in none if there are none. */
  public boolean lists(InetAddress ip) {
    for (AddressRange range : allow) {
      if (range.contains(ip)) {
        return true;
      }
    }
    return false;
  }

  public boolean allowsName(String name) {
    return names == null || names.matches(name);
  }
}
