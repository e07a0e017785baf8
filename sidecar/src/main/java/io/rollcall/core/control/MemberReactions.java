package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the controller makes of the reports of a source of members. */
final class MemberReactions {
  /**
   * While an announcement waits for the list to agree, the list is read no more often than this.
   */
  private static final Duration REREAD = Duration.ofMillis(200);

  private final ControllerSettings settings;

  MemberReactions(ControllerSettings settings) {
    this.settings = settings;
  }

  /**
   * Takes a report.
   *
   * @return whether it is a cause for a cycle
   */
  boolean take(MemberInput input, ReactionBuilder next) {
    return switch (input) {
      case MemberInput.MemberSeen seen -> {
        line(next, roster -> roster.with(seen.member()));
        yield true;
      }
      case MemberInput.MemberForgotten gone -> {
        line(next, roster -> forgotten(roster, gone.member()));
        yield true;
      }
      case MemberInput.ListChanged _ -> stale(next.members, next);
      case MemberInput.ResyncRequested _ -> {
        String text = "the event pipe asks to read the member list";
        yield unusable(next, new Event(EventKind.RESYNC, null, null, text));
      }
      case MemberInput.Unusable unusable ->
          unusable(next, new Event(EventKind.PIPE, null, null, unusable.line()));
      case MemberInput.Announced announced -> announced(announced, next);
      case MemberInput.AnnouncementMalformed malformed -> {
        next.members = next.members.withEventAt(next.now());
        next.record(null, List.of(new Event(EventKind.PIPE, null, null, malformed.line())));
        yield false;
      }
      case MemberInput.AgentConnected _ ->
          source(Component.SERF, null, next.members.withConnected(true), next);
      case MemberInput.AgentDisconnected(var line) ->
          source(Component.SERF, line, next.members.withConnected(false), next);
      case MemberInput.PipeOpened _ -> source(Component.PIPE, null, next.members, next);
      case MemberInput.PipeFailed(var line) -> source(Component.PIPE, line, next.members, next);
      // results of the cycle itself: Controller passes them to the methods below
      case MemberInput.MembersRead _, MemberInput.MembersUnread _ -> false;
    };
  }

  /** Members that the saved state knows, while there is no list to read. */
  void remember(ReactionBuilder next) {
    if (settings.listReadable()) {
      return;
    }
    var members = new ArrayList<Member>();
    settings
        .pools()
        .forEach(pool -> members.addAll(next.saved.pool(pool.backend()).remembered(pool)));
    next.members = next.members.withRoster(members.isEmpty() ? Roster.UNREAD : Roster.of(members));
  }

  /** The list has to be read before the next plan, and can be. */
  boolean due(Membership members, Instant now) {
    return readable(members)
        && (members.stale()
            || !now.isBefore(dueAt(members))
            || (members.announcements().open(now) && !now.isBefore(since(members, REREAD))));
  }

  /** When the list has to be read at the latest. */
  Instant dueAt(Membership members) {
    return readable(members) ? since(members, settings.membersResync()) : Instant.MAX;
  }

  private boolean readable(Membership members) {
    return settings.listReadable() && members.connected();
  }

  private static Instant since(Membership members, Duration time) {
    Instant last = members.lastReadAt();
    return last == null ? Instant.MIN : last.plus(time);
  }

  void read(MemberInput.MembersRead read, ReactionBuilder next) {
    String digest = ViewDigest.of(read.roster(), settings.pools());
    next.members = next.members.read(read, digest, next.now());
    next.report(Component.SERF, null);
    next.run(new Effect.PublishView(digest));
  }

  void unread(MemberInput.MembersUnread failed, ReactionBuilder next) {
    next.members = next.members.withStale(true);
    next.report(Component.SERF, failed.line());
  }

  /** Compares the announcements with the list. */
  void prune(ReactionBuilder next) {
    Announcements before = next.members.announcements();
    apply(before.pruned(next.members.roster(), next.now()), next);
  }

  private boolean announced(MemberInput.Announced announced, ReactionBuilder next) {
    Announcements before = next.members.announcements();
    next.members = next.members.withEventAt(next.now());
    apply(
        before.received(
            announced.incarnation(),
            announced.type(),
            announced.deadline(),
            next.members.roster(),
            next.now()),
        next);
    // anybody may announce anything, however often: only what is kept is worth a cycle
    return !next.members.announcements().equals(before);
  }

  private static void apply(Announcements.Update update, ReactionBuilder next) {
    if (!update.announcements().equals(next.members.announcements())) {
      next.members = next.members.withAnnouncements(update.announcements());
    }
    next.record(null, update.events());
  }

  private void line(ReactionBuilder next, UnaryOperator<Roster> change) {
    Membership members = next.members.withEventAt(next.now());
    if (!members.connected()) {
      Roster known = members.roster();
      members = members.withRoster(change.apply(known == null ? Roster.UNREAD : known));
    }
    next.members = members.withStale(true);
  }

  private static Roster forgotten(Roster roster, Member member) {
    return roster.whole() ? roster.without(member.name()) : roster.with(member);
  }

  private static boolean unusable(ReactionBuilder next, Event event) {
    next.record(null, List.of(event));
    return stale(next.members.withEventAt(next.now()), next);
  }

  /** A source works again where the line is null, or it does not. */
  private static boolean source(
      Component component, @Nullable String line, Membership members, ReactionBuilder next) {
    next.report(component, line);
    return stale(members, next);
  }

  private static boolean stale(Membership members, ReactionBuilder next) {
    next.members = members.withStale(true);
    return true;
  }
}
