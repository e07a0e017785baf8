package io.rollcall.core.control;

import io.rollcall.core.model.AgentSecurity;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a source of members reports. The member list is the truth; everything else is a hint to read
 * it again, and counts by itself only while no list can be read.
 */
public sealed interface MemberInput extends Input {
  /** A member changed, as one line of the source says. */
  record MemberSeen(Member member) implements MemberInput {}

  /** The source forgot a member. */
  record MemberForgotten(Member member) implements MemberInput {}

  /** Members of these names may have changed: the list has to be read for them. */
  record MembersChanged(Set<String> names) implements MemberInput {}

  /** The list may have changed: it has to be read. */
  record ListChanged() implements MemberInput {}

  /** The source lost lines and asks for a reading of the list. */
  record ResyncRequested() implements MemberInput {}

  /** The source sent something unusable, described in one line: the list has to be read. */
  record Unusable(String line) implements MemberInput {}

  /**
   * A backend announces its own state.
   *
   * @param deadline how long it waits for its drain; zero for {@code READY}
   * @param signed its signature is valid
   */
  record Announced(
      Announcement.Incarnation incarnation,
      Announcement.AnnouncementType type,
      Duration deadline,
      boolean signed)
      implements MemberInput {}

  /**
   * An announcement without the expected form or without the required signature, described in one
   * line.
   */
  record AnnouncementMalformed(String line) implements MemberInput {}

  /** The agent accepts requests. It may be another process than before: the list has to be read. */
  record AgentConnected() implements MemberInput {}

  /** The agent does not accept requests, for the reason in one line. */
  record AgentDisconnected(String line) implements MemberInput {}

  /** The event pipe is read from now on. Lines before may be lost: the list has to be read. */
  record PipeOpened() implements MemberInput {}

  /** The event pipe cannot be read, for the reason in one line. */
  record PipeFailed(String line) implements MemberInput {}

  /**
   * The result of {@link Effect.ReadMembers}.
   *
   * @param self name of the balancer's own agent
   * @param healthScore the agent's own score, 0 is best
   * @param security how the agent is protected; null if that is unknown
   */
  record MembersRead(
      long cycle,
      Roster roster,
      String self,
      @Nullable Integer healthScore,
      @Nullable AgentSecurity security)
      implements MemberInput {
    /** Of an agent whose protection is unknown. */
    public MembersRead(long cycle, Roster roster, String self, @Nullable Integer healthScore) {
      this(cycle, roster, self, healthScore, null);
    }
  }

  /**
   * The result of {@link Effect.ReadMembers} for some names.
   *
   * @param found the members of these names that the list has
   */
  record NamesRead(long cycle, Set<String> names, List<Member> found) implements MemberInput {}

  /** {@link Effect.ReadMembers} failed, for the reason in one line. */
  record MembersUnread(long cycle, String line) implements MemberInput {}
}
