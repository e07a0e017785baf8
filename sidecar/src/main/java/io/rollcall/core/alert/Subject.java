package io.rollcall.core.alert;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What an alert is about: one kind of trouble of one thing.
 *
 * @param pool the backend, null where it concerns none
 * @param name the member or the part, null where the pool itself is meant
 */
public record Subject(Kind kind, @Nullable String pool, @Nullable String name)
    implements Comparable<Subject> {
  private static final Comparator<Subject> ORDER =
      Comparator.comparing(Subject::kind)
          .thenComparing(Subject::pool, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(Subject::name, Comparator.nullsFirst(Comparator.naturalOrder()));

  @Override
  public int compareTo(Subject other) {
    return ORDER.compare(this, other);
  }
}
