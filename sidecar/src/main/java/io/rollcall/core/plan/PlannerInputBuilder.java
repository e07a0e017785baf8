package io.rollcall.core.plan;

import io.rollcall.core.model.Announcements;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a {@link PlannerInput}. What is not set is empty, or unknown. */
public final class PlannerInputBuilder {
  private final Instant now;
  private final PoolPolicy policy;
  private @Nullable Roster roster;
  private final Map<SlotId, Slot> servers = new LinkedHashMap<>();
  private Map<SlotId, PlannerInput.TrackedSessions> sticky = Map.of();
  private Announcements claims = Announcements.NONE;
  private Set<SlotId> restarted = Set.of();
  private PoolState memory = PoolState.EMPTY;
  private Set<Endpoint> answering = Set.of();
  private Set<Endpoint> awaited = Set.of();
  private boolean grows;
  private boolean keepsPrivate;
  private LocalAddresses local = LocalAddresses.NONE;
  private @Nullable Set<String> subset;
  private boolean matched = true;

  PlannerInputBuilder(Instant now, PoolPolicy policy) {
    this.now = now;
    this.policy = policy;
  }

  public PlannerInputBuilder roster(@Nullable Roster value) {
    roster = value;
    return this;
  }

  /** Adds servers of the backend; which of them are slots follows from the rest. */
  public PlannerInputBuilder servers(Map<SlotId, Slot> value) {
    servers.putAll(value);
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

  public PlannerInputBuilder awaited(Set<Endpoint> value) {
    awaited = value;
    return this;
  }

  public PlannerInputBuilder grows(boolean value) {
    grows = value;
    return this;
  }

  public PlannerInputBuilder keepsPrivate(boolean value) {
    keepsPrivate = value;
    return this;
  }

  public PlannerInputBuilder local(LocalAddresses value) {
    local = value;
    return this;
  }

  public PlannerInputBuilder subset(@Nullable Set<String> value) {
    subset = value;
    return this;
  }

  public PlannerInputBuilder matched(boolean value) {
    matched = value;
    return this;
  }

  public PlannerInput build() {
    // in order, and yet found without comparing names
    var slots = new LinkedHashMap<SlotId, Slot>();
    var unmanaged = new LinkedHashMap<SlotId, Slot>();
    servers.values().stream()
        .sorted(Comparator.comparing(Slot::id))
        .forEach(server ->
            (ManagedServers.isSlot(server, policy, memory, restarted) ? slots : unmanaged)
                .put(server.id(), server));
    return new PlannerInput(
        now,
        policy,
        roster,
        Collections.unmodifiableMap(slots),
        Collections.unmodifiableMap(unmanaged),
        sticky,
        claims,
        restarted,
        memory,
        answering,
        awaited,
        grows,
        keepsPrivate,
        local,
        subset,
        matched);
  }
}
