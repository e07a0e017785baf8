package io.rollcall.core.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Announcements that still count, the oldest first, at most one for each incarnation. Anybody in
 * the cluster can send one in another's name, so each is a claim: one that the member list did not
 * confirm in time does not count again before the list says the same.
 *
 * @param undone what the list never confirmed, of incarnations that it still has
 */
public record Announcements(
    Map<Announcement.Incarnation, Announcement> byIncarnation, Set<UndoneClaim> undone) {
  public static final Announcements NONE = new Announcements(Map.of(), Set.of());

  /** Announcements of unlisted incarnations that are kept at most. */
  static final int MOST_UNKNOWN = 100;

  /** How long a confirmed announcement is kept: longer than any drain that it may bound. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  public Announcements {
    byIncarnation = Collections.unmodifiableMap(new LinkedHashMap<>(byIncarnation));
    undone = Set.copyOf(undone);
  }

  /** What was announced in the name of an incarnation and not confirmed. */
  public record UndoneClaim(
      Announcement.Incarnation incarnation, Announcement.AnnouncementType type) {}

  /** The announcements as they are now, and what happened to them. */
  public record Update(Announcements announcements, List<Event> events) {}

  /**
   * With an announcement just received. A repeated one counts no longer than the first. One that
   * replaces another takes its place, and what the list has not confirmed of the other is undone.
   * Announcements of incarnations that the list does not have are bounded: anybody can send them.
   *
   * @param announced as it counts from now on
   */
  public Update received(
      Announcement.Incarnation incarnation, Announcement announced, @Nullable Roster roster) {
    Announcement before = byIncarnation.get(incarnation);
    Member member = listed(incarnation, roster);
    if (undone.contains(new UndoneClaim(incarnation, announced.kind()))) {
      return new Update(this, List.of());
    }
    if (before == null && member == null && full(roster)) {
      String text =
          announced(announced.kind()) + "; ignored, because too many unlisted members did";
      return new Update(
          this, List.of(new Event(EventKind.IGNORED, incarnation.member(), null, text)));
    }
    var next = new LinkedHashMap<>(byIncarnation);
    if (before != null && before.kind() == announced.kind()) {
      next.put(incarnation, before.repeated(announced));
      return new Update(new Announcements(next, undone), List.of());
    }
    next.remove(incarnation); // the order is that of their arrival
    next.put(incarnation, announced);
    if (before == null || before.agreed() || member == null || agrees(member, before)) {
      return new Update(new Announcements(next, undone), List.of());
    }
    var nextUndone = new HashSet<>(undone);
    nextUndone.add(new UndoneClaim(incarnation, before.kind()));
    return new Update(
        new Announcements(next, nextUndone), List.of(undone(incarnation, before, true)));
  }

  /** Without the announcements of these incarnations. */
  public Announcements without(Set<Announcement.Incarnation> others) {
    if (others.isEmpty()) {
      return this;
    }
    var next = new LinkedHashMap<>(byIncarnation);
    next.keySet().removeAll(others);
    return new Announcements(next, undone);
  }

  /** The announcement of an incarnation; null if none counts. */
  public @Nullable Announcement of(String member, String boot) {
    return byIncarnation.get(new Announcement.Incarnation(member, boot));
  }

  /** An announcement waits to be confirmed by the member list. */
  public boolean open(Instant now) {
    return byIncarnation.values().stream().anyMatch(announcement -> announcement.provisional(now));
  }

  /**
   * Members whose announcements wait to be confirmed by the list, which is therefore read again.
   */
  public Set<String> unconfirmed(Instant now) {
    var names = new HashSet<String>();
    byIncarnation.forEach((incarnation, announcement) -> {
      if (announcement.provisional(now)) {
        names.add(incarnation.member());
      }
    });
    return names;
  }

  /**
   * Compares the announcements with the list. Once the list agrees, readiness is kept for {@link
   * Announcement#PROVISIONAL}, and leaving for its deadline, until the member is gone or restarts.
   */
  public Update pruned(@Nullable Roster roster, Instant now) {
    var events = new ArrayList<Event>();
    var next = new LinkedHashMap<Announcement.Incarnation, Announcement>();
    Set<UndoneClaim> nextUndone = stillUndone(roster);
    byIncarnation.forEach((incarnation, announcement) -> {
      Member member = listed(incarnation, roster);
      boolean drain = announcement.kind() == Announcement.AnnouncementType.DRAIN;
      if (member != null && agrees(member, announcement)) {
        if (now.isBefore(announcement.at().plus(drain ? KEPT : Announcement.PROVISIONAL))) {
          next.put(incarnation, announcement.withAgreement());
        }
      } else if (announcement.provisional(now)) {
        next.put(incarnation, announcement);
      } else if (!announcement.agreed()) {
        events.add(undone(incarnation, announcement, member != null));
        if (member != null) {
          nextUndone.add(new UndoneClaim(incarnation, announcement.kind()));
        }
      }
    });
    return new Update(new Announcements(next, nextUndone), events);
  }

  /** Until the list says the same, or has another incarnation. */
  private Set<UndoneClaim> stillUndone(@Nullable Roster roster) {
    var still = new HashSet<UndoneClaim>();
    for (UndoneClaim claim : undone) {
      Member member = listed(claim.incarnation(), roster);
      if (member != null && !agrees(member, claim.type())) {
        still.add(claim);
      }
    }
    return still;
  }

  private boolean full(@Nullable Roster roster) {
    return byIncarnation.keySet().stream().filter(other -> listed(other, roster) == null).count()
        >= MOST_UNKNOWN;
  }

  /** An announcement of an unlisted incarnation had no effect that could be undone. */
  private static Event undone(
      Announcement.Incarnation incarnation, Announcement announcement, boolean known) {
    return known
        ? new Event(
            EventKind.UNDONE,
            incarnation.member(),
            null,
            announced(announcement.kind()) + "; undone, because the member list never confirmed it")
        : new Event(
            EventKind.IGNORED,
            incarnation.member(),
            null,
            announced(announcement.kind())
                + "; ignored, because its boot is not in the member list");
  }

  private static String announced(Announcement.AnnouncementType kind) {
    return switch (kind) {
      case READY -> "announced that it is ready";
      case DRAIN -> "announced that it leaves";
    };
  }

  private static boolean agrees(Member member, Announcement announcement) {
    return agrees(member, announcement.kind());
  }

  private static boolean agrees(Member member, Announcement.AnnouncementType type) {
    return switch (type) {
      case READY ->
          member.gossip() == MemberStatus.ALIVE && !member.tag("state").equals("starting");
      case DRAIN -> member.gossip() != MemberStatus.ALIVE || member.tag("state").equals("draining");
    };
  }

  /** The member, if the list has this incarnation of it. */
  private static @Nullable Member listed(
      Announcement.Incarnation incarnation, @Nullable Roster roster) {
    Member member = roster == null ? null : roster.get(incarnation.member());
    return member != null && member.boot().equals(incarnation.boot()) ? member : null;
  }
}
