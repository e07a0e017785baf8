package io.rollcall.core;

import org.jspecify.annotations.Nullable;

/** Where an adapter reports whether its component works. Called on the sidecar's context. */
@FunctionalInterface
public interface ComponentHealth {
  /**
   * Reports the present state; the same report twice changes nothing.
   *
   * @param line what is wrong, one line; null when the component works
   */
  void report(Component component, @Nullable String line);
}
