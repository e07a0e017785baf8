package io.rollcall.core.model;

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

/** Announcements that still count, the oldest first, at most one for each incarnation. */
public record Announcements(Map<Announcement.Incarnation, Announcement> byIncarnation) {
  public static final Announcements NONE = new Announcements(Map.of());

  /** Announcements of unlisted incarnations that are kept at most. */
  static final int MOST_UNKNOWN = 100;

  /** How long a confirmed announcement is kept: longer than any drain that it may bound. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  public Announcements {
    byIncarnation = Collections.unmodifiableMap(new LinkedHashMap<>(byIncarnation));
  }

  /** The announcements as they are now, and what happened to them. */
  public record Update(Announcements announcements, List<Event> events) {}

  /**
   * With an announcement just received. Announcements of incarnations that the list does not have
   * are bounded: anybody can send them.
   *
   * @param deadline how long the member waits for its drain; zero for {@code READY}
   */
  public Update received(
      Announcement.Incarnation incarnation,
      Announcement.AnnouncementType type,
      Duration deadline,
      @Nullable Roster roster,
      Instant now) {
    if (!byIncarnation.containsKey(incarnation)
        && listed(incarnation, roster) == null
        && full(roster)) {
      String text = announced(type) + "; ignored, because too many unlisted members did";
      return new Update(
          this, List.of(new Event(EventKind.IGNORED, incarnation.member(), null, text)));
    }
    var next = new LinkedHashMap<>(byIncarnation);
    next.put(incarnation, new Announcement(type, deadline, now, false));
    return new Update(new Announcements(next), List.of());
  }

  /** The announcement of an incarnation; null if none counts. */
  public @Nullable Announcement of(String member, String boot) {
    return byIncarnation.get(new Announcement.Incarnation(member, boot));
  }

  /** An announcement waits to be confirmed by the member list, which is therefore read again. */
  public boolean open(Instant now) {
    return byIncarnation.values().stream().anyMatch(announcement -> announcement.provisional(now));
  }

  /**
   * Compares the announcements with the list. Once the list agrees, readiness is kept for {@link
   * Announcement#PROVISIONAL}, and leaving for its deadline, until the member is gone or restarts.
   */
  public Update pruned(@Nullable Roster roster, Instant now) {
    var events = new ArrayList<Event>();
    var next = new LinkedHashMap<Announcement.Incarnation, Announcement>();
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
      }
    });
    return new Update(new Announcements(next), events);
  }

  /** Where members join that announced their readiness, and when they announced it. */
  public Map<Endpoint, Instant> joining(Collection<Occupant> occupants) {
    var ready = new HashMap<Endpoint, Instant>();
    for (Occupant o : occupants) {
      Announcement announcement = of(o.member(), o.boot());
      if (o.state() == SlotState.JOINING
          && announcement != null
          && announcement.kind() == Announcement.AnnouncementType.READY) {
        ready.put(o.endpoint(), announcement.at());
      }
    }
    return ready;
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
    return switch (announcement.kind()) {
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
