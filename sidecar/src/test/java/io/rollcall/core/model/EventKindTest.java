package io.rollcall.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventKindTest {
  /** Kinds in journals and clients of the version before these were an enum. */
  private static final List<String> FIRST_VERSION =
      List.of(
          "adopted",
          "assigned",
          "cut",
          "down",
          "draining",
          "drift",
          "freed",
          "grown",
          "haproxy",
          "held",
          "ignored",
          "intent",
          "joining",
          "journal",
          "mail",
          "operator",
          "parked",
          "pipe",
          "pool-down",
          "pool-up",
          "refused",
          "released",
          "restarted",
          "resync",
          "serving",
          "sessions",
          "shrunk",
          "suspect",
          "undone",
          "up",
          "waiting");

  @ParameterizedTest
  @EnumSource
  void hasAWireNameOfLowerCaseLettersAndDashes(EventKind kind) {
    assertTrue(kind.wire().matches("[a-z]+(-[a-z]+)*"), kind.wire());
  }

  @ParameterizedTest
  @EnumSource
  void isDocumentedInOneSentence(EventKind kind) {
    assertTrue(kind.description().matches("[A-Z][^.]{10,}\\."), kind.description());
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsWireName(EventKind kind) {
    assertSame(kind, EventKind.ofWire(kind.wire()));
  }

  @Test
  void knowsEveryKindOfEarlierJournals() {
    assertEquals(
        List.of(), FIRST_VERSION.stream().filter(wire -> EventKind.ofWire(wire) == null).toList());
  }

  @Test
  void doesNotKnowAKindOfALaterVersion() {
    assertNull(EventKind.ofWire("from-a-later-version"));
  }

  @Test
  void endsEachOutageThatBegins() {
    Set<String> wires =
        Arrays.stream(EventKind.values()).map(EventKind::wire).collect(Collectors.toSet());
    var ends = new HashSet<String>();
    wires.stream()
        .filter(wire -> wire.endsWith("down"))
        .forEach(wire -> ends.add(wire.replaceFirst("down$", "up")));
    assertEquals(
        Set.of("up", "pool-up", "haproxy-up", "serf-up", "pipe-up", "mail-up", "disk-up"), ends);
    assertTrue(wires.containsAll(ends), wires::toString);
  }

  @Test
  void countsWhatAnybodyInTheGossipCanCause() {
    assertEquals(
        Set.of(EventKind.RESYNC, EventKind.PIPE, EventKind.IGNORED, EventKind.UNDONE),
        Arrays.stream(EventKind.values()).filter(EventKind::noisy).collect(Collectors.toSet()));
  }
}
