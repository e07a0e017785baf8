package io.rollcall.core.plan;

import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a {@link PlannerInput}. What is not set is empty, or unknown. */
public final class PlannerInputBuilder {
  private final Instant now;
  private final PoolPolicy policy;
  private @Nullable Roster roster;
  private Map<SlotId, Slot> slots = Map.of();
  private Map<SlotId, PlannerInput.TrackedSessions> sticky = Map.of();
  private Announcements claims = Announcements.NONE;
  private Set<SlotId> restarted = Set.of();
  private PoolState memory = PoolState.EMPTY;
  private Set<Endpoint> answering = Set.of();
  private boolean grows;

  PlannerInputBuilder(Instant now, PoolPolicy policy) {
    this.now = now;
    this.policy = policy;
  }

  public PlannerInputBuilder roster(@Nullable Roster value) {
    roster = value;
    return this;
  }

  public PlannerInputBuilder slots(Map<SlotId, Slot> value) {
    slots = value;
    return this;
  }

  public PlannerInputBuilder sticky(Map<SlotId, PlannerInput.TrackedSessions> value) {
    sticky = value;
    return this;
  }

  public PlannerInputBuilder claims(Announcements value) {
    claims = value;
    return this;
  }

  public PlannerInputBuilder restarted(Set<SlotId> value) {
    restarted = value;
    return this;
  }

  public PlannerInputBuilder memory(PoolState value) {
    memory = value;
    return this;
  }

  public PlannerInputBuilder answering(Set<Endpoint> value) {
    answering = value;
    return this;
  }

  public PlannerInputBuilder grows(boolean value) {
    grows = value;
    return this;
  }

  public PlannerInput build() {
    return new PlannerInput(
        now, policy, roster, slots, sticky, claims, restarted, memory, answering, grows);
  }
}
