package io.rollcall.reconcile;

import io.rollcall.core.Component;
import io.rollcall.core.ComponentHealth;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The health of a component that several adapters report: it works if none of them fails. The first
 * one that fails has its line shown. Used on one context.
 */
public final class SharedHealth {
  private final ComponentHealth health;
  private final Component component;
  private final TreeMap<Integer, String> failures = new TreeMap<>();
  private int sources;

  public SharedHealth(ComponentHealth health, Component component) {
    this.health = health;
    this.component = component;
  }

  /** Receives the reports of one adapter: one line, or null if it works. */
  public Consumer<@Nullable String> source() {
    int number = sources++;
    return line -> {
      if (line == null) {
        failures.remove(number);
      } else {
        failures.put(number, line);
      }
      health.report(component, failures.values().stream().findFirst().orElse(null));
    };
  }
}
