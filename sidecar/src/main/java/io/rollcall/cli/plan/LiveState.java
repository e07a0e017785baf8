package io.rollcall.cli.plan;

import io.rollcall.config.Settings;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.PlanPreview;
import io.rollcall.core.control.PoolPlan;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.Transition;
import io.rollcall.haproxy.AdminSocket;
import io.rollcall.serf.AgentReading;
import io.rollcall.serf.SerfAgent;
import io.rollcall.store.JsonDocument;
import io.rollcall.store.MachineClocks;
import io.rollcall.store.StateFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * HAProxy, the member list and the saved state, as they are now, read once with blocking calls and
 * with nothing of Vert.x, which would take longer to load.
 */
public final class LiveState {
  private final Settings settings;
  private final SteadyClock clock = new SteadyClock(InstantSource.system(), System::nanoTime);
  private final SavedState saved;
  private final Roster roster;
  private final HaproxyInput.SlotsRead slots;

  private LiveState(Settings settings) throws IOException {
    this.settings = settings;
    this.saved = saved(settings.stateDir().resolve("memory.json"));
    this.roster = roster();
    this.slots = slots();
  }

  /**
   * Reads all of it; blocks for 2 s at most for each question. A failure has one line as its
   * message.
   */
  public static LiveState read(Settings settings) throws IOException {
    return new LiveState(settings);
  }

  /** Names of the what-if that no member has. */
  public List<String> unknown(WhatIf whatIf) {
    return whatIf.unknown(roster);
  }

  /**
   * What would happen to each server, in the order of pools and servers; free slots are left out.
   *
   * @param pools to plan with: those of the settings, or others
   */
  public List<PlannedChange> changes(List<PoolPolicy> pools, WhatIf whatIf) {
    ControllerSettings controller = controller(pools);
    var now = clock.instant();
    var changes = new ArrayList<PlannedChange>();
    for (PoolPlan plan :
        PlanPreview.of(
            controller, whatIf.saved(saved, controller, now), whatIf.roster(roster), slots, now)) {
      changes.addAll(changes(plan));
    }
    return changes;
  }

  private static List<PlannedChange> changes(PoolPlan plan) {
    var changed = new HashMap<SlotId, Transition>();
    plan.plan().transitions().forEach(transition -> changed.put(transition.slot(), transition));
    var changes = new ArrayList<PlannedChange>();
    for (Slot slot : plan.input().slots().values()) {
      Transition transition = changed.remove(slot.id());
      if (transition != null) {
        changes.add(PlannedChange.of(plan, transition));
      } else if (slot.endpoint() != null) {
        changes.add(PlannedChange.none(slot, plan.input().memory().occupants().get(slot.id())));
      }
    }
    changed.values().forEach(added -> changes.add(PlannedChange.of(plan, added)));
    return changes;
  }

  private ControllerSettings controller(List<PoolPolicy> pools) {
    return new ControllerSettings(
        pools,
        settings.serf().rpcHost() != null,
        settings.serf().resync(),
        settings.haproxy().poll(),
        settings.haproxy().resync());
  }

  private SavedState saved(Path file) throws IOException {
    try {
      return new JsonDocument<>(new StateFormat())
          .read(Files.readString(file), new MachineClocks(clock).get())
          .value();
    } catch (NoSuchFileException _) {
      return SavedState.EMPTY;
    } catch (IOException e) {
      throw new IOException("%s: %s (run as root?)".formatted(file, e.getMessage()), e);
    }
  }

  private Roster roster() throws IOException {
    Settings.SerfSettings serf = settings.serf();
    String host = serf.rpcHost();
    if (host == null) {
      return Roster.UNREAD;
    }
    try {
      return AgentReading.of(new SerfAgent(host, serf.rpcPort(), serf.authKey())).members();
    } catch (IOException e) {
      throw new IOException(
          "Serf agent %s:%d: %s".formatted(host, serf.rpcPort(), e.getMessage()), e);
    }
  }

  private HaproxyInput.SlotsRead slots() throws IOException {
    Path socket = settings.haproxy().socket();
    try {
      List<String> backends = settings.pools().stream().map(PoolPolicy::backend).toList();
      Snapshot snapshot = new AdminSocket(socket).snapshot(backends);
      return new HaproxyInput.SlotsRead(1, snapshot, Map.of());
    } catch (IOException e) {
      throw new IOException("admin socket %s: %s".formatted(socket, e.getMessage()), e);
    }
  }
}
