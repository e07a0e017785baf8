package io.rollcall.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The sidecar's loop, one pass at a time, as {@code Sidecar}, {@code Pools} and {@code Storage}.
 */
final class SimulatedSidecar {
  private static final String BACKEND = World.POLICY.backend();

  private final World world;
  private Memory memory = Memory.EMPTY;
  private Memory saved = Memory.EMPTY;

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

  SimulatedSidecar(World world) {
    this.world = world;
  }

  PoolMemory pool() {
    return memory.pool(BACKEND);
  }

  void obey(Order order) {
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
    PoolView view = view();
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

  PoolView view() {
    PoolMemory before = pool();
    List<SlotId> draining =
        before.occupants().entrySet().stream()
            .filter(e -> e.getValue().state() == SlotState.DRAINING)
            .map(e -> e.getKey())
            .toList();
    boolean another = memory.haproxy() != null && !memory.haproxy().same(world.haproxy.run());
    Map<SlotId, Slot> seen = world.haproxy.seen();
    return new PoolView(
            world.now,
            World.POLICY,
            world.hearsay.roster(),
            seen,
            world.haproxy.sticky(draining),
            world.hearsay.claims(),
            another ? seen.keySet() : restarted,
            before)
        .growing(world.grows);
  }

  private static List<String> words(Plan plan) {
    return plan.notes().stream().map(note -> note.kind() + " " + note.member()).toList();
  }

  /** Another process, with the memory that was saved last. */
  void restart() {
    world.tell(() -> saved.equals(memory) ? "the sidecar restarts" : "the sidecar crashes unsaved");
    again(saved);
  }

  /** Another process, and {@code state.dir} is lost. */
  void restartWithout() {
    world.tell(() -> "the sidecar restarts with an empty memory");
    again(Memory.EMPTY);
  }

  private void again(Memory found) {
    if (!found.equals(memory)) {
      world.rules.forget(found.equals(Memory.EMPTY));
    }
    memory = found;
    restarted = Set.of();
    saved = found;
    world.hearsay.restarted(Roster.of(pool().remembered(World.POLICY)));
  }

  /** The intents of all are taken back. */
  void liftAll() {
    for (String member : new TreeMap<>(pool().intents()).keySet()) {
      obey(new Order.Lift(BACKEND, member));
    }
  }
}
