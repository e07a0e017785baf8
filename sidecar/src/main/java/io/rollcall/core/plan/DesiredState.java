package io.rollcall.core.plan;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolOptions;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /**
   * Out of rotation by a drain, within this time.
   *
   * @param claimed only an announcement says so, and the member list does not confirm it yet
   */
  record Leave(String why, Duration within, boolean claimed) implements DesiredState {
    Leave(String why, Duration within) {
      this(why, within, false);
    }
  }

  /** Out of rotation at once, and its sessions ended: its tags no longer match the pool. */
  record Cut(String why) implements DesiredState {}

  /** Out of rotation at once: an operator asked for maintenance. */
  record Maintain(String why) implements DesiredState {}

  /** Gossip lost it: HAProxy's check decides. */
  record Fail(String why) implements DesiredState {}

  /** The member list is unknown or says nothing of it, or no member fulfils the rule: unchanged. */
  record Keep() implements DesiredState {}

  /** Not in a slot yet: its application is starting. */
  record Starting(String why) implements DesiredState {}

  /** Its address or tags are invalid, and there are no previous values: not in a slot. */
  record InvalidTags(String why) implements DesiredState {}

  /** It may not be a member: not in a slot, whatever was before. */
  record NotAdmitted(String why) implements DesiredState {}

  /**
   * The list is that of the agent beside the sidecar, which may itself be the one that is cut off.
   */
  String NOT_LISTED = "not in the member list of this balancer's Serf agent";

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
      case Leave _, Cut _, Maintain _, Starting _, NotAdmitted _ -> true;
      case Fail _ -> despiteCheck;
      case Keep _, InvalidTags _ -> false;
    };
  }

  /** The operator's intent overrides the tags, the tags override the defaults. */
  static DesiredState of(String name, PlannerInput input) {
    return of(name, input.roster() == null ? null : input.roster().get(name), input);
  }

  private static DesiredState of(String name, @Nullable Member member, PlannerInput input) {
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
    if (member == null) {
      return input.roster().excludes(name) ? new Fail(NOT_LISTED) : new Keep();
    }
    return of(member, intent, input);
  }

  /**
   * Of what is in a slot. A server that was found in rotation, and that no member list has named,
   * stays while its check passes: nothing says that its member is gone.
   *
   * @param slot null if HAProxy has no such slot
   */
  static DesiredState of(Occupant occupant, @Nullable Slot slot, PlannerInput input) {
    DesiredState state = of(occupant.member(), input);
    boolean mayServe = occupant.isUnnamed() && slot != null && slot.running();
    return mayServe && state instanceof Fail ? new Keep() : state;
  }

  /** Of every member that the pool's rule selects, by name; can be extended. */
  static Map<String, DesiredState> ofMembers(PlannerInput input) {
    var desired = new LinkedHashMap<String, DesiredState>(); // asked for every occupant
    if (input.roster() != null) {
      input.roster().members().values().stream()
          .filter(input.policy()::matches)
          .filter(member -> input.takes(member.name()))
          .forEach(member -> desired.put(member.name(), of(member.name(), member, input)));
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
          if (!input.matched()) {
            yield new Keep();
          }
          String why = "its tags no longer match the pool";
          yield input.policy().options().onRoleChange() == PoolOptions.RoleChange.CUT
              ? new Cut(why)
              : new Leave(why, drainTimeout);
        }
        if (!input.takes(member.name())) {
          yield new Leave("not in this balancer's subset of the pool", drainTimeout);
        }
        var tags = new MemberTags(member, input);
        String refusal =
            input
                .local()
                .refusal(member.name(), tags.endpoint(), input.policy().options().admission());
        if (refusal != null) {
          yield new NotAdmitted(refusal);
        }
        yield intent != null && intent.action() == Intent.Action.READY
            ? tags.desired(intent)
            : announced(member, tags, intent, input);
      }
    };
  }

  private static DesiredState announced(
      Member member, MemberTags tags, @Nullable Intent intent, PlannerInput input) {
    Announcement announcement = input.claims().of(member.name(), member.boot());
    Announcement.AnnouncementType provisional =
        announcement != null && announcement.provisional(input.now()) ? announcement.kind() : null;
    String state = member.tag("state");
    if (provisional == Announcement.AnnouncementType.DRAIN || state.equals("draining")) {
      return new Leave(
          "announced that it leaves",
          within(announcement, input.policy()),
          !state.equals("draining"));
    }
    if (state.equals("starting") && provisional != Announcement.AnnouncementType.READY) {
      return new Starting("application is starting");
    }
    return tags.desired(intent);
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
    String reason = intent.reason() == null ? "" : ": " + intent.reason();
    return switch (intent.by()) {
      case Intent.BY_HAND -> "by hand on the admin socket";
      case Intent.BY_API -> "via API" + reason;
      default -> "by " + intent.by() + " via API" + reason;
    };
  }
}
