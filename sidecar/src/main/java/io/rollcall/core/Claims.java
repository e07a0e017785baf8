package io.rollcall.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The backends' own words that still count, by member name. */
public record Claims(SortedMap<String, Claim> byName) {
  public static final Claims NONE = new Claims(new TreeMap<>());

  /** How long an agreed word is kept: longer than any drain that it may bound. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private static final long MAX_DEADLINE_MS = Duration.ofHours(1).toMillis();

  public Claims {
    byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
  }

  /** These claims without those that no longer count, and what to tell about it. */
  public record Pruned(Claims claims, List<Note> notes) {}

  /**
   * These claims and the one that a user event makes; null where the payload has not the form that
   * the event asks for: {@code NAME TAB BOOT}, and for a drain {@code TAB MILLISECONDS}.
   */
  public @Nullable Claims heard(Claim.Kind kind, String payload, Instant now) {
    String[] fields = payload.strip().split("\t", -1);
    boolean drain = kind == Claim.Kind.DRAIN;
    if (fields.length != (drain ? 3 : 2) || fields[0].isEmpty()) {
      return null;
    }
    long deadline = 0;
    if (drain) {
      // at most nine digits, so parseLong can't overflow
      if (!fields[2].matches("[0-9]{1,9}")) {
        return null;
      }
      deadline = Math.min(Long.parseLong(fields[2]), MAX_DEADLINE_MS);
    }
    var next = new TreeMap<>(byName);
    next.put(fields[0], new Claim(kind, fields[1], Duration.ofMillis(deadline), now, false));
    return new Claims(next);
  }

  /** Some claim waits for the member list to agree, so that the list is worth reading again. */
  public boolean open(Instant now) {
    return byName.values().stream().anyMatch(claim -> claim.provisional(now));
  }

  /**
   * Holds the claims against the list. Once it agrees, a word of readiness is kept while it is
   * fresh, and one of leaving for its deadline, until the member is gone or started anew.
   */
  public Pruned pruned(@Nullable Roster roster, Instant now) {
    var notes = new ArrayList<Note>();
    var next = new TreeMap<String, Claim>();
    byName.forEach((name, claim) -> {
      Member member = roster == null ? null : roster.get(name);
      boolean agrees = agrees(member, claim);
      boolean drain = claim.kind() == Claim.Kind.DRAIN;
      if (agrees) {
        if (now.isBefore(claim.at().plus(drain ? KEPT : Claim.PROVISIONAL))) {
          next.put(name, claim.withAgreement());
        }
      } else if (claim.provisional(now)) {
        next.put(name, claim);
      } else if (!claim.agreed()) {
        notes.add(note(name, drain ? "leaving" : "ready", member, claim));
      }
    });
    return new Pruned(new Claims(next), notes);
  }

  /** Where somebody joins who said just now that it is ready there, and when it said so. */
  public Map<Endpoint, Instant> joining(Collection<Occupant> occupants) {
    var ready = new HashMap<Endpoint, Instant>();
    for (Occupant o : occupants) {
      Claim claim = byName.get(o.member());
      if (o.state() == SlotState.JOINING
          && claim != null
          && claim.kind() == Claim.Kind.READY
          && claim.boot().equals(o.boot())) {
        ready.put(o.endpoint(), claim.at());
      }
    }
    return ready;
  }

  /** A word of a run that the list does not know had no effect that could be undone. */
  private static Note note(String name, String word, @Nullable Member member, Claim claim) {
    boolean known = member != null && member.boot().equals(claim.boot());
    return known
        ? new Note("undone", name, null, "said it is " + word + ", the list never agreed")
        : new Note("ignored", name, null, "said it is " + word + ", with a boot not in the list");
  }

  private static boolean agrees(@Nullable Member member, Claim claim) {
    if (member == null || !member.boot().equals(claim.boot())) {
      return false;
    }
    return switch (claim.kind()) {
      case READY -> member.gossip() == Gossip.ALIVE && !member.tag("state").equals("starting");
      case DRAIN -> member.gossip() != Gossip.ALIVE || member.tag("state").equals("draining");
    };
  }
}
