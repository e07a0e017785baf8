package io.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class TroublesTest {
  private int changes;
  private final Troubles troubles = new Troubles(() -> changes++);

  @Test
  void saysThatSomethingChangedAndOnlyThen() {
    troubles.set(Troubles.Part.SERF, null);
    assertEquals(0, changes);
    troubles.set(Troubles.Part.SERF, "away");
    troubles.set(Troubles.Part.SERF, "away");
    assertEquals(1, changes);
    troubles.set(Troubles.Part.SERF, "refused");
    troubles.set(Troubles.Part.SERF, null);
    assertEquals(3, changes);
  }
}
