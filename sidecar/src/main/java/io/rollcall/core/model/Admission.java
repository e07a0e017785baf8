package io.rollcall.core.model;

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

  boolean allowsName(String name) {
    return names == null || names.matches(name);
  }
}
