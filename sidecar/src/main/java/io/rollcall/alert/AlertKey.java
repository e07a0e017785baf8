package io.rollcall.alert;

import io.rollcall.core.Component;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Identifies what an alert is about: one kind of failure of one thing. Ordered by kind, the most
 * severe first, then by pool and name.
 *
 * @param pool the backend, null if none is concerned
 * @param name the member, or the name of the {@link Component}, null if the pool itself is
 *     concerned
 */
public record AlertKey(AlertKind kind, @Nullable String pool, @Nullable String name)
    implements Comparable<AlertKey> {
  private static final Comparator<AlertKey> ORDER =
      Comparator.comparing(AlertKey::kind)
          .thenComparing(AlertKey::pool, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(AlertKey::name, Comparator.nullsFirst(Comparator.naturalOrder()));

  static AlertKey pool(AlertKind kind, String pool) {
    return new AlertKey(kind, pool, null);
  }

  static AlertKey member(String pool, String name) {
    return new AlertKey(AlertKind.MEMBER, pool, name);
  }

  static AlertKey component(Component component) {
    return new AlertKey(AlertKind.COMPONENT, null, component.name());
  }

  @Override
  public int compareTo(AlertKey other) {
    return ORDER.compare(this, other);
  }
}
