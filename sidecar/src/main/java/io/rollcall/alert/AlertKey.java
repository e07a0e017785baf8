package io.rollcall.alert;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What an alert is about: one kind of trouble of one thing.
 *
 * @param pool the backend, null where it concerns none
 * @param name the member or the part, null where the pool itself is meant
 */
public record AlertKey(AlertKind kind, @Nullable String pool, @Nullable String name)
    implements Comparable<AlertKey> {
  private static final Comparator<AlertKey> ORDER =
      Comparator.comparing(AlertKey::kind)
          .thenComparing(AlertKey::pool, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(AlertKey::name, Comparator.nullsFirst(Comparator.naturalOrder()));

  @Override
  public int compareTo(AlertKey other) {
    return ORDER.compare(this, other);
  }
}
