package io.rollcall.core.model;

import io.rollcall.core.plan.ManualChanges;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The backends' own words that still count, the oldest first, one for each run of a member. */
public record Announcements(Map<Announcement.Incarnation, Announcement> bySpeaker) {
  public static final Announcements NONE = new Announcements(Map.of());

  /** Anybody in the gossip can say anything of anybody: so much is kept that no list bears out. */
  static final int MOST_UNKNOWN = 100;

  /** How long an agreed word is kept: longer than any drain that it may bound. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private static final long MAX_DEADLINE_MS = Duration.ofHours(1).toMillis();

  public Announcements {
    bySpeaker = Collections.unmodifiableMap(new LinkedHashMap<>(bySpeaker));
  }

  /** The claims as they are now, and what to tell about it. */
  public record Update(Announcements claims, List<Event> notes) {}

  /**
   * These claims and the one that a user event makes: {@code NAME TAB BOOT}, and for a drain {@code
   * TAB MILLISECONDS}. Not kept is what has another form, and of runs that the list does not know
   * what is too much.
   */
  public Update heard(
      Announcement.AnnouncementType kind, String payload, @Nullable Roster roster, Instant now) {
    String[] fields = payload.strip().split("\t", -1);
    boolean drain = kind == Announcement.AnnouncementType.DRAIN;
    // at most nine digits, so parseLong can't overflow
    if (fields.length != (drain ? 3 : 2)
        || fields[0].isEmpty()
        || (drain && !fields[2].matches("[0-9]{1,9}"))) {
      String form = drain ? "NAME TAB BOOT TAB MILLISECONDS" : "NAME TAB BOOT";
      String text = "rollcall-" + ManualChanges.word(kind) + ": expected the payload " + form;
      return new Update(this, List.of(new Event(EventKind.PIPE, null, null, text)));
    }
    var speaker = new Announcement.Incarnation(fields[0], fields[1]);
    if (!bySpeaker.containsKey(speaker) && listed(speaker, roster) == null && full(roster)) {
      String text = said(kind) + ", when too many others said so who are not in the list";
      return new Update(this, List.of(new Event(EventKind.IGNORED, speaker.member(), null, text)));
    }
    long deadline = drain ? Math.min(Long.parseLong(fields[2]), MAX_DEADLINE_MS) : 0;
    var next = new LinkedHashMap<>(bySpeaker);
    next.put(speaker, new Announcement(kind, Duration.ofMillis(deadline), now, false));
    return new Update(new Announcements(next), List.of());
  }

  /** What this run of the member said; null where it said nothing that still counts. */
  public @Nullable Announcement of(String member, String boot) {
    return bySpeaker.get(new Announcement.Incarnation(member, boot));
  }

  /** Some claim waits for the member list to agree, so that the list is worth reading again. */
  public boolean open(Instant now) {
    return bySpeaker.values().stream().anyMatch(claim -> claim.provisional(now));
  }

  /**
   * Holds the claims against the list. Once it agrees, a word of readiness is kept while it is
   * fresh, and one of leaving for its deadline, until the member is gone or started anew.
   */
  public Update pruned(@Nullable Roster roster, Instant now) {
    var notes = new ArrayList<Event>();
    var next = new LinkedHashMap<Announcement.Incarnation, Announcement>();
    bySpeaker.forEach((speaker, claim) -> {
      Member member = listed(speaker, roster);
      boolean drain = claim.kind() == Announcement.AnnouncementType.DRAIN;
      if (member != null && agrees(member, claim)) {
        if (now.isBefore(claim.at().plus(drain ? KEPT : Announcement.PROVISIONAL))) {
          next.put(speaker, claim.withAgreement());
        }
      } else if (claim.provisional(now)) {
        next.put(speaker, claim);
      } else if (!claim.agreed()) {
        notes.add(undone(speaker, claim, member != null));
      }
    });
    return new Update(new Announcements(next), notes);
  }

  /** Where somebody joins who said just now that it is ready there, and when it said so. */
  public Map<Endpoint, Instant> joining(Collection<Occupant> occupants) {
    var ready = new HashMap<Endpoint, Instant>();
    for (Occupant o : occupants) {
      Announcement claim = of(o.member(), o.boot());
      if (o.state() == SlotState.JOINING
          && claim != null
          && claim.kind() == Announcement.AnnouncementType.READY) {
        ready.put(o.endpoint(), claim.at());
      }
    }
    return ready;
  }

  private boolean full(@Nullable Roster roster) {
    return bySpeaker.keySet().stream().filter(other -> listed(other, roster) == null).count()
        >= MOST_UNKNOWN;
  }

  /** A word of a run that the list does not know had no effect that could be undone. */
  private static Event undone(Announcement.Incarnation speaker, Announcement claim, boolean known) {
    return known
        ? new Event(
            EventKind.UNDONE,
            speaker.member(),
            null,
            said(claim.kind()) + ", the list never agreed")
        : new Event(
            EventKind.IGNORED,
            speaker.member(),
            null,
            said(claim.kind()) + ", with a boot not in the list");
  }

  private static String said(Announcement.AnnouncementType kind) {
    return switch (kind) {
      case READY -> "said it is ready";
      case DRAIN -> "said it is leaving";
    };
  }

  private static boolean agrees(Member member, Announcement claim) {
    return switch (claim.kind()) {
      case READY ->
          member.gossip() == MemberStatus.ALIVE && !member.tag("state").equals("starting");
      case DRAIN -> member.gossip() != MemberStatus.ALIVE || member.tag("state").equals("draining");
    };
  }

  /** The member, where this run of it is the one in the list. */
  private static @Nullable Member listed(
      Announcement.Incarnation speaker, @Nullable Roster roster) {
    Member member = roster == null ? null : roster.get(speaker.member());
    return member != null && member.boot().equals(speaker.boot()) ? member : null;
  }
}
