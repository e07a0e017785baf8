package io.rollcall.core.control;

import io.rollcall.core.model.AgentSecurity;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the members.
 *
 * @param roster the list as it was read last; null while none was ever read
 * @param announcements of backends that still count
 * @param connected the agent accepts requests
 * @param hints what has to be read of the list before the next plan
 * @param pipe whether the event pipe delivers
 * @param self name of the balancer's own agent; null while it is unknown
 * @param healthScore the agent's own score, 0 is best; null while it is unknown
 * @param security how the agent is protected; null while it is unknown
 * @param view digest of what this balancer sees; null while no list was read
 * @param lastEventAt when the source last sent a line
 * @param lastReadAt when the whole list was last read
 * @param lastLookAt when the list or a part of it was last read
 * @param matched backends of the pools whose rule a member has fulfilled since the start
 */
public record Membership(
    @Nullable Roster roster,
    Announcements announcements,
    boolean connected,
    ListHints hints,
    PipeWatch pipe,
    @Nullable String self,
    @Nullable Integer healthScore,
    @Nullable AgentSecurity security,
    @Nullable String view,
    @Nullable Instant lastEventAt,
    @Nullable Instant lastReadAt,
    @Nullable Instant lastLookAt,
    Set<String> matched) {
  static final Membership UNKNOWN =
      new Membership(
          null,
          Announcements.NONE,
          false,
          ListHints.NONE,
          PipeWatch.OFF,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          Set.of());

  /** The own agent's address in the list; null while it is unknown. */
  public @Nullable InetAddress address() {
    Member member = agent();
    return member == null ? null : member.ip();
  }

  /** The own agent in the list; null while it is unknown. */
  @Nullable Member agent() {
    return roster == null || self == null ? null : roster.get(self);
  }

  Membership withRoster(@Nullable Roster next) {
    return with(next, announcements, connected, hints, pipe, lastEventAt);
  }

  Membership withAnnouncements(Announcements next) {
    return with(roster, next, connected, hints, pipe, lastEventAt);
  }

  Membership withConnected(boolean next) {
    return with(roster, announcements, next, hints, pipe, lastEventAt);
  }

  Membership withHints(ListHints next) {
    return with(roster, announcements, connected, next, pipe, lastEventAt);
  }

  Membership withPipe(PipeWatch next) {
    return with(roster, announcements, connected, hints, next, lastEventAt);
  }

  Membership withEventAt(Instant now) {
    return with(roster, announcements, connected, hints, pipe, now);
  }

  /** With the list just read, and what the agent says of itself. */
  Membership read(MemberInput.MembersRead read, String digest, Instant now) {
    return new Membership(
        read.roster(),
        announcements,
        connected,
        hints,
        pipe.listed(read.roster(), now),
        read.self(),
        read.healthScore(),
        read.security(),
        digest,
        lastEventAt,
        now,
        now,
        matched);
  }

  /** With what the list has now of some names. */
  Membership read(Roster next, String digest, Instant now) {
    return new Membership(
        next,
        announcements,
        connected,
        hints,
        pipe.listed(next, now),
        self,
        healthScore,
        security,
        digest,
        lastEventAt,
        lastReadAt,
        now,
        matched);
  }

  /** With the pools whose rule is known to be right, because a member fulfils it. */
  Membership withMatched(Collection<PoolPolicy> pools) {
    if (roster == null) {
      return this;
    }
    var next = new HashSet<>(matched);
    pools.stream()
        .filter(pool -> !next.contains(pool.backend()))
        .filter(pool -> roster.members().values().stream().anyMatch(pool::matches))
        .forEach(pool -> next.add(pool.backend()));
    return next.equals(matched)
        ? this
        : new Membership(
            roster,
            announcements,
            connected,
            hints,
            pipe,
            self,
            healthScore,
            security,
            view,
            lastEventAt,
            lastReadAt,
            lastLookAt,
            Set.copyOf(next));
  }

  private Membership with(
      @Nullable Roster nextRoster,
      Announcements nextAnnouncements,
      boolean nextConnected,
      ListHints nextHints,
      PipeWatch nextPipe,
      @Nullable Instant nextEventAt) {
    return new Membership(
        nextRoster,
        nextAnnouncements,
        nextConnected,
        nextHints,
        nextPipe,
        self,
        healthScore,
        security,
        view,
        nextEventAt,
        lastReadAt,
        lastLookAt,
        matched);
  }

  /**
   * What has to be read of the member list.
   *
   * @param all the whole list
   * @param names of members that changed; empty if the whole list is read anyway
   */
  record ListHints(boolean all, Set<String> names) {
    static final ListHints NONE = new ListHints(false, Set.of());
    static final ListHints ALL = new ListHints(true, Set.of());

    /** So many names are read by one filtered request; of more, the whole list. */
    static final int MOST_NAMES = 16;

    ListHints {
      names = Set.copyOf(names);
    }

    boolean isEmpty() {
      return !all && names.isEmpty();
    }

    /** With members that changed. */
    ListHints with(Set<String> changed) {
      if (all) {
        return this;
      }
      var more = new HashSet<>(names);
      more.addAll(changed);
      return more.size() > MOST_NAMES ? ALL : new ListHints(false, more);
    }
  }
}
