package io.rollcall.core.plan;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The sidecar's loop, one pass at a time, as {@code Sidecar}, {@code Pools} and {@code Storage}.
 */
final class SimulatedSidecar {
  private static final String BACKEND = Simulation.POLICY.backend();

  private final Simulation world;
  private SavedState memory = SavedState.EMPTY;
  private SavedState saved = SavedState.EMPTY;

  /** Slots that a restart of HAProxy changed and that were not put right yet. */
  private Set<SlotId> restarted = Set.of();

  /** What goes wrong between the sidecar and HAProxy in a pass. */
  enum Fault {
    NONE,
    /** Nothing is read. */
    READ,
    /** The connection breaks after some of the steps. */
    BREAKS,
    /** All is applied, one reply is lost. */
    REPLY,
    /** One step is refused, all others are applied. */
    REFUSED
  }

  /** How a pass ended. */
  enum Turn {
    /** Its outcome is not known: nothing is remembered. */
    LOST,
    /** There was something to do. */
    BUSY,
    /** There was nothing to do. */
    SETTLED
  }

  SimulatedSidecar(Simulation world) {
    this.world = world;
  }

  PoolState pool() {
    return memory.pool(BACKEND);
  }

  void obey(OperatorAction order) {
    world.tell(() -> "order: " + order);
    memory = memory.with(BACKEND, pool().obeying(order, world.now));
    saved = memory;
    world.rules.saved();
  }

  @CanIgnoreReturnValue
  Turn pass(Fault fault) {
    world.hearsay.refresh();
    if (fault == Fault.READ) {
      world.tell(() -> "pass: HAProxy is not read");
      return Turn.LOST;
    }
    PlannerInput view = view();
    Plan plan = Planner.plan(view);
    List<Step> steps = plan.steps();
    int sent = fault == Fault.BREAKS ? world.random.nextInt(steps.size() + 1) : steps.size();
    world.tell(() -> "pass " + fault + ": " + steps.subList(0, sent) + " " + words(plan));
    int refused = fault == Fault.REFUSED && sent > 0 ? world.random.nextInt(sent) : -1;
    for (int i = 0; i < sent; i++) {
      if (i != refused) {
        world.rules.before(steps.get(i), plan);
        world.haproxy.apply(steps.get(i));
        world.rules.everyLine();
      }
    }
    if (fault == Fault.BREAKS || fault == Fault.REPLY) {
      return Turn.LOST;
    }
    Set<SlotId> stay = refused < 0 ? Set.of() : Set.of(steps.get(refused).slot());
    Plan taken = plan.without(stay, view.memory());
    memory = memory.with(BACKEND, taken.memory());
    memory = memory.with(world.haproxy.run());
    restarted = view.restarted().stream().filter(stay::contains).collect(Collectors.toSet());
    if (!stay.isEmpty()) {
      world.tell(() -> "refused: " + steps.get(refused));
    }
    world.rules.after(view, taken, plan, stay);
    if (world.chance(90)) {
      saved = memory;
      world.rules.saved();
      world.haproxy.writeStateFile();
    }
    return plan.settled(view.memory()) ? Turn.SETTLED : Turn.BUSY;
  }

  PlannerInput view() {
    PoolState before = pool();
    List<SlotId> draining =
        before.occupants().entrySet().stream()
            .filter(e -> e.getValue().state() == SlotState.DRAINING)
            .map(e -> e.getKey())
            .toList();
    boolean another = memory.haproxy() != null && !memory.haproxy().same(world.haproxy.run());
    Map<SlotId, Slot> seen = world.haproxy.seen();
    return new PlannerInput(
            world.now,
            Simulation.POLICY,
            world.hearsay.roster(),
            seen,
            world.haproxy.sticky(draining),
            world.hearsay.claims(),
            another ? seen.keySet() : restarted,
            before)
        .growing(world.grows);
  }

  private static List<String> words(Plan plan) {
    return plan.notes().stream().map(note -> note.kind().wire() + " " + note.member()).toList();
  }

  /** Another process, with the memory that was saved last. */
  void restart() {
    world.tell(() -> saved.equals(memory) ? "the sidecar restarts" : "the sidecar crashes unsaved");
    again(saved);
  }

  /** Another process, and {@code state.dir} is lost. */
  void restartWithout() {
    world.tell(() -> "the sidecar restarts with an empty memory");
    again(SavedState.EMPTY);
  }

  private void again(SavedState found) {
    if (!found.equals(memory)) {
      world.rules.forget(found.equals(SavedState.EMPTY));
    }
    memory = found;
    restarted = Set.of();
    saved = found;
    world.hearsay.restarted(Roster.of(pool().remembered(Simulation.POLICY)));
  }

  /** The intents of all are taken back. */
  void liftAll() {
    for (String member : new TreeMap<>(pool().intents()).keySet()) {
      obey(new OperatorAction.ClearIntent(BACKEND, member));
    }
  }
}
