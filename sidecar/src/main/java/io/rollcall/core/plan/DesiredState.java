package io.rollcall.core.plan;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.ServerSpec;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What gossip, a member's announcement and the operator ask for one member of a pool. */
sealed interface DesiredState {
  /**
   * In rotation, with this specification.
   *
   * @param invalid what is invalid in its address or tags, so that the previous values stay; null
   *     for nothing
   */
  record Serve(ServerSpec service, @Nullable String invalid) implements DesiredState {
    Endpoint endpoint() {
      return service.endpoint();
    }
  }

  /** Out of rotation by a drain, within this time. */
  record Leave(String why, Duration within) implements DesiredState {}

  /** Out of rotation at once: an operator asked for maintenance. */
  record Maintain(String why) implements DesiredState {}

  /** Gossip lost it: HAProxy's check decides. */
  record Fail(String why) implements DesiredState {}

  /** The member list is unknown: unchanged. */
  record Keep() implements DesiredState {}

  /** Not in a slot yet: its application is starting. */
  record Starting(String why) implements DesiredState {}

  /** Its address or tags are invalid, and there are no previous values: not in a slot. */
  record InvalidTags(String why) implements DesiredState {}

  /** A balancer takes a backend's own deadline less this, so that its answer still arrives. */
  Duration ANSWER_TIME = Duration.ofSeconds(2);

  /** It is to serve at this address. */
  default boolean servesAt(Endpoint endpoint) {
    return this instanceof Serve serve && serve.endpoint().equals(endpoint);
  }

  /**
   * It takes the occupant out of its slot.
   *
   * @param despiteCheck a failure in gossip is reason enough, whatever HAProxy's check says
   */
  default boolean removes(Occupant occupant, boolean despiteCheck) {
    return switch (this) {
      case Serve _ -> !servesAt(occupant.endpoint());
      case Leave _, Maintain _, Starting _ -> true;
      case Fail _ -> despiteCheck;
      case Keep _, InvalidTags _ -> false;
    };
  }

  /** The operator's intent overrides the tags, the tags override the defaults. */
  static DesiredState of(String name, PlannerInput input) {
    Intent intent = input.memory().intents().get(name);
    if (intent != null && intent.action() == Intent.Action.MAINT) {
      return new Maintain("set to maintenance " + source(intent));
    }
    if (intent != null && intent.action() == Intent.Action.DRAIN) {
      return new Leave("drained " + source(intent), input.policy().drainTimeout());
    }
    if (input.roster() == null) {
      return new Keep();
    }
    Member member = input.roster().get(name);
    if (member == null) {
      return input.roster().excludes(name) ? new Fail("not in the member list") : new Keep();
    }
    return of(member, intent, input);
  }

  /** Of every member that the pool's rule selects, by name; can be extended. */
  static Map<String, DesiredState> ofMembers(PlannerInput input) {
    var desired = new TreeMap<String, DesiredState>();
    if (input.roster() != null) {
      input.roster().members().values().stream()
          .filter(input.policy()::matches)
          .forEach(member -> desired.put(member.name(), of(member.name(), input)));
    }
    return desired;
  }

  private static DesiredState of(Member member, @Nullable Intent intent, PlannerInput input) {
    Duration drainTimeout = input.policy().drainTimeout();
    return switch (member.gossip()) {
      case LEAVING, LEFT -> new Leave("left the cluster", drainTimeout);
      case FAILED -> new Fail("failed in gossip");
      case UNKNOWN -> new Fail("state unknown in gossip");
      case ALIVE -> {
        if (!input.policy().matches(member)) {
          yield new Leave("its tags no longer match the pool", drainTimeout);
        }
        yield intent != null && intent.action() == Intent.Action.READY
            ? new MemberTags(member, input).desired(intent)
            : announced(member, intent, input);
      }
    };
  }

  private static DesiredState announced(
      Member member, @Nullable Intent intent, PlannerInput input) {
    Announcement announcement = input.claims().of(member.name(), member.boot());
    Announcement.AnnouncementType provisional =
        announcement != null && announcement.provisional(input.now()) ? announcement.kind() : null;
    String state = member.tag("state");
    if (provisional == Announcement.AnnouncementType.DRAIN || state.equals("draining")) {
      return new Leave("announced that it leaves", within(announcement, input.policy()));
    }
    if (state.equals("starting") && provisional != Announcement.AnnouncementType.READY) {
      return new Starting("application is starting");
    }
    return new MemberTags(member, input).desired(intent);
  }

  private static Duration within(@Nullable Announcement announcement, PoolPolicy policy) {
    if (announcement == null || announcement.kind() != Announcement.AnnouncementType.DRAIN) {
      return policy.drainTimeout();
    }
    Duration own = announcement.deadline().minus(ANSWER_TIME);
    if (own.isNegative()) {
      return Duration.ZERO;
    }
    return own.compareTo(policy.drainTimeout()) < 0 ? own : policy.drainTimeout();
  }

  private static String source(Intent intent) {
    return intent.by().equals(Intent.BY_HAND) ? "by hand on the admin socket" : "via API";
  }
}
