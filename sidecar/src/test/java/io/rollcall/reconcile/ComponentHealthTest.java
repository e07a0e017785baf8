package io.rollcall.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class ComponentHealthTest {
  private int changes;
  private final ComponentHealth troubles = new ComponentHealth(() -> changes++);

  @Test
  void saysThatSomethingChangedAndOnlyThen() {
    troubles.set(ComponentHealth.Component.SERF, null);
    assertEquals(0, changes);
    troubles.set(ComponentHealth.Component.SERF, "away");
    troubles.set(ComponentHealth.Component.SERF, "away");
    assertEquals(1, changes);
    troubles.set(ComponentHealth.Component.SERF, "refused");
    troubles.set(ComponentHealth.Component.SERF, null);
    assertEquals(3, changes);
  }
}
