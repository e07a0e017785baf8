package io.rollcall.core.plan;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.ServerSpec;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What gossip, the member's own word and the operator want of one member of a pool. */
public sealed interface DesiredState {
  /**
   * In rotation, so.
   *
   * @param refused what it says of itself that makes no sense, so that it keeps what it had; null
   *     for nothing
   */
  record Serve(ServerSpec service, @Nullable String refused) implements DesiredState {
    Endpoint endpoint() {
      return service.endpoint();
    }
  }

  /** Out, gracefully, within this time. */
  record Leave(String why, Duration within) implements DesiredState {}

  /** Out at once: an operator asked for maintenance. */
  record Rest(String why) implements DesiredState {}

  /** Gossip lost it; HAProxy's check has the last word. */
  record Fail(String why) implements DesiredState {}

  /** Nothing is known: as it is. */
  record Keep(String why) implements DesiredState {}

  /** Not into a slot: not ready yet. */
  record NotYet(String why) implements DesiredState {}

  /** What it says of itself makes no sense: not into a slot. */
  record Refuse(String why) implements DesiredState {}

  /**
   * A backend's own deadline less this is what a balancer takes, so that the answer still arrives.
   */
  Duration ANSWER_TIME = Duration.ofSeconds(2);

  /** The operator goes before the tags, the tags before the defaults. */
  static DesiredState of(String name, PlannerInput view) {
    PoolPolicy policy = view.policy();
    Intent intent = view.memory().intents().get(name);
    Intent.Action action = intent == null ? null : intent.action();
    if (intent != null && action == Intent.Action.MAINT) {
      return new Rest("maintenance, " + intent.by());
    }
    if (intent != null && action == Intent.Action.DRAIN) {
      return new Leave("drain, " + intent.by(), policy.drainTimeout());
    }
    Member member = view.roster() == null ? null : view.roster().get(name);
    if (member == null) {
      return view.roster() != null && view.roster().lacks(name)
          ? new Fail("not in the member list")
          : new Keep("no member list was read yet");
    }
    return switch (member.gossip()) {
      case LEAVING, LEFT -> new Leave("left the cluster", policy.drainTimeout());
      case FAILED -> new Fail("failed in gossip");
      case UNKNOWN -> new Fail("gossip does not know its state");
      case ALIVE -> {
        if (!policy.matches(member)) {
          yield new Leave("its tags no longer match", policy.drainTimeout());
        }
        yield action == Intent.Action.READY
            ? new MemberTags(member, view).wish(intent)
            : byOwnWord(member, intent, view);
      }
    };
  }

  /** By name, of every member that the pool's rule selects; more may be put in. */
  static Map<String, DesiredState> ofMembers(PlannerInput view) {
    var wishes = new TreeMap<String, DesiredState>();
    if (view.roster() != null) {
      view.roster().members().values().stream()
          .filter(view.policy()::matches)
          .forEach(member -> wishes.put(member.name(), of(member.name(), view)));
    }
    return wishes;
  }

  private static DesiredState byOwnWord(Member member, @Nullable Intent intent, PlannerInput view) {
    Announcement claim = view.claims().of(member.name(), member.boot());
    Announcement.AnnouncementType said =
        claim != null && claim.provisional(view.now()) ? claim.kind() : null;
    String state = member.tag("state");
    if (said == Announcement.AnnouncementType.DRAIN || state.equals("draining")) {
      return new Leave("said it is leaving", within(claim, view.policy()));
    }
    if (state.equals("starting") && said != Announcement.AnnouncementType.READY) {
      return new NotYet("says it is starting");
    }
    return new MemberTags(member, view).wish(intent);
  }

  private static Duration within(@Nullable Announcement claim, PoolPolicy policy) {
    if (claim == null || claim.kind() != Announcement.AnnouncementType.DRAIN) {
      return policy.drainTimeout();
    }
    Duration own = claim.deadline().minus(ANSWER_TIME);
    if (own.isNegative()) {
      return Duration.ZERO;
    }
    return own.compareTo(policy.drainTimeout()) < 0 ? own : policy.drainTimeout();
  }
}
