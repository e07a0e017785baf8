package io.rollcall.core.control;

import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the members.
 *
 * @param roster the list as it was read last; null while none was ever read
 * @param announcements of backends that still count
 * @param connected the agent accepts requests
 * @param stale the list has to be read before the next plan
 * @param self name of the balancer's own agent; null while it is unknown
 * @param healthScore the agent's own score, 0 is best; null while it is unknown
 * @param view digest of what this balancer sees; null while no list was read
 * @param lastEventAt when the source last sent a line
 * @param lastReadAt when the whole list was last read
 */
public record Membership(
    @Nullable Roster roster,
    Announcements announcements,
    boolean connected,
    boolean stale,
    @Nullable String self,
    @Nullable Integer healthScore,
    @Nullable String view,
    @Nullable Instant lastEventAt,
    @Nullable Instant lastReadAt) {
  static final Membership UNKNOWN =
      new Membership(null, Announcements.NONE, false, false, null, null, null, null, null);

  /** The own agent's address in the list; null while it is unknown. */
  public @Nullable InetAddress address() {
    Member member = roster == null || self == null ? null : roster.get(self);
    return member == null ? null : member.ip();
  }

  Membership withRoster(@Nullable Roster next) {
    return new Membership(
        next, announcements, connected, stale, self, healthScore, view, lastEventAt, lastReadAt);
  }

  Membership withAnnouncements(Announcements next) {
    return new Membership(
        roster, next, connected, stale, self, healthScore, view, lastEventAt, lastReadAt);
  }

  Membership withConnected(boolean next) {
    return new Membership(
        roster, announcements, next, stale, self, healthScore, view, lastEventAt, lastReadAt);
  }

  Membership withStale(boolean next) {
    return new Membership(
        roster, announcements, connected, next, self, healthScore, view, lastEventAt, lastReadAt);
  }

  Membership withEventAt(Instant now) {
    return new Membership(
        roster, announcements, connected, stale, self, healthScore, view, now, lastReadAt);
  }

  /** With the list just read, and what the agent says of itself. */
  Membership read(MemberInput.MembersRead read, String digest, Instant now) {
    return new Membership(
        read.roster(),
        announcements,
        connected,
        stale,
        read.self(),
        read.healthScore(),
        digest,
        lastEventAt,
        now);
  }
}
