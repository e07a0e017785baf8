package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
      case MemberInput.MemberSeen seen ->
          line(next, seen.member(), roster -> roster.with(seen.member()));
      case MemberInput.MemberForgotten gone ->
          line(next, gone.member(), roster -> forgotten(roster, gone.member()));
      case MemberInput.MembersChanged changed ->
          hinted(next.members.withEventAt(next.now()), changed.names(), next);
      case MemberInput.ListChanged _ -> stale(next.members, next);
      case MemberInput.ResyncRequested _ -> {
        delivered(next);
        String text = "the event pipe asks to read the member list";
        yield unusable(next, new Event(EventKind.RESYNC, null, null, text));
      }
      case MemberInput.Unusable unusable -> {
        delivered(next);
        yield unusable(next, new Event(EventKind.PIPE, null, null, unusable.line()));
      }
      case MemberInput.Announced announced -> announced(announced, next);
      case MemberInput.AnnouncementMalformed malformed -> {
        next.members = next.members.withEventAt(next.now());
        next.record(null, List.of(new Event(EventKind.PIPE, null, null, malformed.line())));
        yield false;
      }
      case MemberInput.AgentConnected _ -> {
        Membership members = next.members.withConnected(true);
        yield source(Component.SERF, null, members.withPipe(members.pipe().renewed()), next);
      }
      case MemberInput.AgentDisconnected(var line) ->
          source(Component.SERF, line, next.members.withConnected(false), next);
      case MemberInput.PipeOpened _ ->
          source(Component.PIPE, null, next.members.withPipe(PipeWatch.opened()), next);
      case MemberInput.PipeFailed(var line) ->
          source(Component.PIPE, line, next.members.withPipe(PipeWatch.OFF), next);
      // results of the cycle itself: Controller passes them to the methods below
      case MemberInput.MembersRead _, MemberInput.NamesRead _, MemberInput.MembersUnread _ -> false;
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

  /** What has to be read of the list before the next plan, and can be. */
  Membership.ListHints due(Membership members, Instant now) {
    if (!readable(members)) {
      return Membership.ListHints.NONE;
    }
    if (members.roster() == null || !now.isBefore(dueAt(members))) {
      return Membership.ListHints.ALL;
    }
    Set<String> announced = members.announcements().unconfirmed(now);
    return announced.isEmpty() || now.isBefore(since(members.lastLookAt(), REREAD))
        ? members.hints()
        : members.hints().with(announced);
  }

  /** When it is known that the pipe does not deliver; in the past if there is no sign of that. */
  static Instant pipeDueAt(Membership members) {
    Instant since = members.pipe().since();
    return since == null ? Instant.MIN : since.plus(PipeWatch.PATIENCE);
  }

  /** Reports a pipe that does not deliver. A line, or another pipe, ends that. */
  void watchPipe(ReactionBuilder next) {
    if (next.members.pipe().silent(next.now())) {
      next.report(Component.PIPE, PipeWatch.SILENT);
    }
  }

  /** When the list has to be read at the latest. */
  Instant dueAt(Membership members) {
    return readable(members) ? since(members.lastReadAt(), settings.membersResync()) : Instant.MAX;
  }

  private boolean readable(Membership members) {
    return settings.listReadable() && members.connected();
  }

  private static Instant since(@Nullable Instant last, Duration time) {
    return last == null ? Instant.MIN : last.plus(time);
  }

  void read(MemberInput.MembersRead read, ReactionBuilder next) {
    String digest = ViewDigest.of(read.roster(), settings.pools());
    next.members = next.members.read(read, digest, next.now());
    next.report(Component.SERF, null);
    next.run(new Effect.PublishView(digest));
  }

  /** Of the names that were asked for, the list has those that were found. */
  void read(MemberInput.NamesRead read, ReactionBuilder next) {
    Roster known = next.members.roster();
    if (known == null) {
      return;
    }
    Roster roster = known.with(read.names(), read.found());
    String digest = ViewDigest.of(roster, settings.pools());
    next.members = next.members.read(roster, digest, next.now());
    next.report(Component.SERF, null);
    next.run(new Effect.PublishView(digest));
  }

  void unread(MemberInput.MembersUnread failed, ReactionBuilder next) {
    next.members = next.members.withHints(Membership.ListHints.ALL);
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
            new Announcement(
                announced.type(), announced.deadline(), next.now(), false, announced.signed()),
            next.members.roster()),
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

  /** A line of the pipe about this member: applied while there is no list to read. */
  private static boolean line(ReactionBuilder next, Member member, UnaryOperator<Roster> change) {
    delivered(next);
    Membership members = next.members.withEventAt(next.now());
    if (!members.connected()) {
      Roster known = members.roster();
      members = members.withRoster(change.apply(known == null ? Roster.UNREAD : known));
    }
    // its own agent: another process of it. The handlers escape some characters of a name.
    boolean exact = !member.name().equals(members.self()) && member.name().indexOf('\\') < 0;
    return exact ? hinted(members, Set.of(member.name()), next) : stale(members, next);
  }

  /** The pipe delivers. */
  private static void delivered(ReactionBuilder next) {
    next.members = next.members.withPipe(next.members.pipe().renewed());
    if (PipeWatch.SILENT.equals(next.health.line(Component.PIPE))) {
      next.report(Component.PIPE, null);
    }
  }

  private static boolean hinted(Membership members, Set<String> names, ReactionBuilder next) {
    next.members = members.withHints(members.hints().with(names));
    return true;
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
    next.members = members.withHints(Membership.ListHints.ALL);
    return true;
  }
}
