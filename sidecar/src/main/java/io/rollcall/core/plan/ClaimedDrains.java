package io.rollcall.core.plan;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which announced drains are followed before the member list confirms them. Anybody in the cluster
 * can announce that another leaves, so an announcement alone never takes out the last members,
 * never leaves less than the share of the pool that the hold keeps, and without a signature never
 * takes out more than a quarter of the pool at once. The others wait for the list, which has the
 * tag of a member that really leaves within a second.
 */
final class ClaimedDrains {
  /** Unsigned announcements take out at most one of so many members at once, but always one. */
  private static final int ONE_OF = 4;

  private final PlannerInput input;

  private ClaimedDrains(PlannerInput input) {
    this.input = input;
  }

  /**
   * The input without the announcements that have to wait for the list; the same one if there are
   * no unconfirmed ones.
   */
  static PlannerInput bounded(PlannerInput input) {
    return new ClaimedDrains(input).bounded();
  }

  private PlannerInput bounded() {
    Map<String, Announcement> claims = claims();
    if (claims.isEmpty()) {
      return input;
    }
    PlannerInput listed = without(incarnations(claims.keySet()));
    int present = 0;
    var claimed = new HashSet<String>();
    var followed = new LinkedHashMap<String, Announcement>();
    for (Map.Entry<SlotId, Occupant> e : input.memory().occupants().entrySet()) {
      Occupant o = e.getValue();
      Announcement claim = claims.get(o.member());
      boolean isFollowed = claim != null && isTaken(o);
      boolean serves = isPresent(input.slots().get(e.getKey()), o) || isFollowed;
      if (serves && stays(DesiredState.of(o.member(), listed), o)) {
        present++;
        if (claim != null) {
          claimed.add(o.member());
        }
        if (claim != null && isFollowed) {
          followed.put(o.member(), claim);
        }
      }
    }
    // one that is followed goes before the others, also if a member with an older one appears in
    // the list; it waits again only if the pool became too small for as many
    claims.forEach(followed::putIfAbsent);
    return without(incarnations(waiting(followed, claimed, present)));
  }

  private PlannerInput without(Set<Announcement.Incarnation> others) {
    return input.toBuilder().claims(input.claims().without(others)).build();
  }

  private Set<Announcement.Incarnation> incarnations(Set<String> names) {
    return names.stream()
        .map(name -> new Announcement.Incarnation(name, boot(name)))
        .collect(Collectors.toSet());
  }

  private String boot(String name) {
    Member member = member(name);
    return member == null ? "" : member.boot();
  }

  /** Without the announcement it would stay in its slot. */
  private static boolean stays(DesiredState desired, Occupant o) {
    return switch (desired) {
      case DesiredState.Serve serve -> serve.servesAt(o.endpoint());
      case DesiredState.Fail _, DesiredState.Keep _, DesiredState.InvalidTags _ -> true;
      case DesiredState.Leave _,
          DesiredState.Cut _,
          DesiredState.Maintain _,
          DesiredState.Starting _,
          DesiredState.NotAdmitted _ ->
          false;
    };
  }

  /** Unconfirmed drains, the oldest first. */
  private Map<String, Announcement> claims() {
    var claims = new LinkedHashMap<String, Announcement>();
    input
        .claims()
        .byIncarnation()
        .forEach((incarnation, announcement) -> {
          Member member = member(incarnation.member());
          if (announcement.kind() == Announcement.AnnouncementType.DRAIN
              && announcement.provisional(input.now())
              && member != null
              && member.gossip() == MemberStatus.ALIVE
              && member.boot().equals(incarnation.boot())
              && !isDecided(member.name())) {
            claims.put(member.name(), announcement);
          }
        });
    return claims;
  }

  private Set<String> waiting(Map<String, Announcement> claims, Set<String> claimed, int present) {
    int counted = Math.max(present, input.memory().known().size());
    int stay = Math.max(1, (int) Math.ceil(input.policy().holdBelow() * counted - 1e-9));
    int unsigned = Math.max(1, present / ONE_OF);
    int followed = 0;
    var waiting = new HashSet<String>();
    for (Map.Entry<String, Announcement> claim : claims.entrySet()) {
      boolean signed = claim.getValue().signed();
      // what does not serve can wait for the list, and is not kept from joining
      boolean serves = claimed.contains(claim.getKey());
      if (serves ? followed < present - stay && (signed || unsigned > 0) : signed) {
        followed += serves ? 1 : 0;
        unsigned -= signed ? 0 : 1;
      } else {
        waiting.add(claim.getKey());
      }
    }
    return waiting;
  }

  /** An operator's intent has precedence over an announcement. */
  private boolean isDecided(String name) {
    Intent intent = input.memory().intents().get(name);
    return intent != null && intent.action() != null;
  }

  private @Nullable Member member(String name) {
    return input.roster() == null ? null : input.roster().get(name);
  }

  /** It was taken out because of its announcement. */
  private static boolean isTaken(Occupant o) {
    return switch (o.state()) {
      case DRAINING, PARKED -> !o.byFailure();
      case FREE, PREPARED, JOINING, SERVING, SUSPECT -> false;
    };
  }

  private static boolean isPresent(@Nullable Slot slot, Occupant o) {
    return slot != null && o.inRotation() && slot.serving() && o.endpoint().equals(slot.endpoint());
  }
}
