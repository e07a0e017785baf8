package io.rollcall.simulation;

import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The sidecar's connection to HAProxy's admin socket. It breaks at any point: then it is not known
 * how much of what was sent is applied, and every call fails until it is open again.
 */
@SuppressWarnings("ReferenceEquality") // the same object is meant: an equal one is another effect
final class SimulatedSocket {
  private static final Duration QUICK = Duration.ofMillis(20);
  private static final Duration SLOW = Duration.ofMillis(1_500);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration RECONNECT = Duration.ofSeconds(2);
  private static final Duration DUPLICATE = Duration.ofSeconds(5);

  /** So many slots that reading the used ones alone pays. */
  private static final List<Slot> OTHERS =
      IntStream.rangeClosed(1, 48)
          .mapToObj(i -> new ServerLine(new SlotId("other", "slot" + i), i).seen())
          .toList();

  private final Simulation world;

  /** Slots of a backend that is no pool. */
  private final List<Slot> others;

  private boolean open;
  private int connection;

  /** What is given to the sidecar where the connection breaks; null while nothing is waited for. */
  private @Nullable Input failure;

  /** Steps that are under way to HAProxy. */
  private Effect.@Nullable SendSteps sent;

  /** When the last of what was sent reaches HAProxy: nothing overtakes anything. */
  private Instant lastAt = Simulation.BEGINNING;

  /** As it was read last, all of it or its counters. */
  private @Nullable Snapshot last;

  SimulatedSocket(Simulation world) {
    this.world = world;
    this.others = world.random.nextBoolean() ? OTHERS : List.of();
  }

  /** The sidecar begins to connect. */
  void start() {
    reconnect(QUICK);
  }

  /** The sidecar is killed: HAProxy still carries out some of what it received. */
  void crash() {
    if (sent != null) {
      for (Step step : sent.steps().subList(0, world.random.nextInt(sent.steps().size() + 1))) {
        apply(step);
      }
    }
    // replies that the sidecar did not receive, or nothing was saved of
    world
        .shell
        .state()
        .cycle()
        .plans()
        .forEach(plan -> plan.plan().steps().forEach(step -> excuse(step.slot())));
    world.shell.state().haproxy().unconfirmed().forEach(this::excuse);
    open = false;
    connection++;
    failure = null;
    sent = null;
    last = null;
  }

  /** The next sidecar can't know that a change is its own: nothing was saved of it. */
  private void excuse(SlotId slot) {
    ServerLine line = world.haproxy.line(slot);
    if (line != null) {
      line.byHand = true;
    }
  }

  /** The connection breaks. */
  void lose(String why) {
    if (!open) {
      return;
    }
    world.log(() -> "the admin socket is lost: " + why);
    open = false;
    connection++;
    sent = null;
    Input failed = failure;
    failure = null;
    boolean first = world.random.nextBoolean();
    if (first && failed != null) {
      world.shell.accept(failed);
    }
    world.shell.accept(new HaproxyInput.Disconnected("lost: " + why));
    if (!first && failed != null) {
      world.shell.accept(failed);
    }
    reconnect(RECONNECT);
  }

  private void reconnect(Duration within) {
    world.shell.later(
        world.upTo(within),
        () -> {
          open = true;
          world.shell.accept(new HaproxyInput.Connected(info()));
        });
  }

  /** Reads all, or the counters where they are all that is new. */
  void read(Effect.ReadSlots effect) {
    var failed = new HaproxyInput.SlotsUnread(effect.cycle(), "HAProxy can't be read");
    onConnection(
        failed,
        () -> {
          if (world.fault(5)) {
            onConnection(TIMEOUT, () -> lose("a read timed out"));
            return;
          }
          Snapshot before = last;
          Snapshot part = before == null ? null : part(before, effect);
          Snapshot seen = part == null ? complete() : part;
          last = seen;
          var counting = new HashSet<>(effect.leaving());
          counting.addAll(effect.viewed());
          answer(
              failed,
              new HaproxyInput.SlotsRead(effect.cycle(), seen, world.haproxy.sessions(counting)));
        });
  }

  private @Nullable Snapshot part(Snapshot before, Effect.ReadSlots effect) {
    return switch (effect.scope()) {
      case ALL -> null;
      case COUNTERS -> counted(before, effect.slots());
      case SLOTS -> reread(before, effect.slots());
    };
  }

  /**
   * Null where one of these slots is no longer in maintenance, or down, as it was, or the process
   * is another.
   */
  private @Nullable Snapshot reread(Snapshot before, List<Slot> slots) {
    var read = new HashMap<SlotId, Slot>();
    for (Slot slot : slots) {
      ServerLine line = world.haproxy.line(slot.id());
      boolean maint = slot.admin() == Slot.Admin.MAINT;
      if (line == null || line.running || slot.running() || maint != line.isInMaintenance()) {
        return null;
      }
      // of a server that is down HAProxy does not show here that it drains
      boolean drains = line.admin == Slot.Admin.DRAIN;
      read.put(slot.id(), drains ? line.seenAs(slot.admin()) : SimulatedHaproxy.read(line));
    }
    return info().pid() == before.info().pid() ? before.reread(info(), read) : null;
  }

  private Snapshot complete() {
    List<Slot> slots = world.haproxy.read();
    var pools = Map.of(Simulation.POLICY.backend(), slots, "other", others);
    return new Snapshot(true, info(), pools, List.of());
  }

  /** Null where more than a counter of these slots is new, or the process is. */
  private @Nullable Snapshot counted(Snapshot before, List<Slot> used) {
    Map<SlotId, Slot> known = new HashMap<>();
    before.pools().values().forEach(slots -> slots.forEach(slot -> known.put(slot.id(), slot)));
    var loads = new HashMap<SlotId, Slot.Load>();
    for (Slot slot : used) {
      ServerLine line = world.haproxy.line(slot.id());
      Slot seen = line == null ? null : line.seen();
      if (seen == null || !traits(seen).equals(traits(known.get(slot.id())))) {
        return null;
      }
      loads.put(slot.id(), seen.load());
    }
    return info().pid() == before.info().pid() ? before.with(info(), loads) : null;
  }

  /** Everything but what changes all the time. */
  private static Slot traits(Slot slot) {
    return slot.with(new Slot.Load(0, 0, 0, 0, 0, slot.load().maxconn()));
  }

  /** Sends the steps; one may be refused, or the connection breaks after some of them. */
  void send(Effect.SendSteps effect) {
    var failed = new HaproxyInput.StepsUnanswered(effect.cycle(), "the outcome is not known");
    sent = effect;
    onConnection(
        failed,
        () -> {
          sent = sent == effect ? null : sent;
          List<Step> steps = effect.steps();
          boolean breaks = world.fault(5);
          int count = breaks ? world.random.nextInt(steps.size() + 1) : steps.size();
          int refused = !breaks && world.fault(5) ? world.random.nextInt(count) : -1;
          var results = new ArrayList<StepResult>();
          for (int i = 0; i < count; i++) {
            results.add(i == refused || !apply(steps.get(i)) ? refusal(steps.get(i)) : DONE);
          }
          if (breaks) {
            lose("after " + count + " steps");
          } else if (world.fault(5)) {
            onConnection(TIMEOUT, () -> lose("no reply to the steps"));
          } else {
            answer(failed, new HaproxyInput.StepsAnswered(effect.cycle(), results));
          }
        });
  }

  private static final StepResult DONE = new StepResult.Done();

  private static StepResult refusal(Step step) {
    return new StepResult.Refused(step + ": refused");
  }

  /** False where HAProxy has no such server. */
  private boolean apply(Step step) {
    if (world.haproxy.line(step.slot()) == null && !(step instanceof Step.AddSlot)) {
      return false;
    }
    PoolState planned = world.shell.rules().planned();
    world.rules.before(step, planned);
    world.haproxy.apply(step);
    world.rules.everyLine();
    return true;
  }

  /** Runs it after the way to HAProxy, unless the connection is lost before. */
  private void onConnection(Input failed, Runnable what) {
    if (open) {
      failure = failed;
      Duration wait = delay();
      Duration behind = Duration.between(world.now, lastAt);
      wait = wait.compareTo(behind) < 0 ? behind : wait;
      lastAt = world.now.plus(wait);
      onConnection(wait, what);
    } else {
      sent = null;
      world.shell.later(world.upTo(QUICK), () -> world.shell.accept(failed));
    }
  }

  private void onConnection(Duration wait, Runnable what) {
    int mine = connection;
    world.shell.later(
        wait,
        () -> {
          if (mine == connection) {
            what.run();
          }
        });
  }

  /** The reply reaches the sidecar after a while, and once more long after. */
  private void answer(Input failed, Input result) {
    onConnection(
        delay(),
        () -> {
          failure = failure == failed ? null : failure;
          world.shell.accept(result);
          if (world.fault(3)) {
            world.shell.later(world.upTo(DUPLICATE), () -> world.shell.rules().duplicate(result));
          }
        });
  }

  private Duration delay() {
    return world.upTo(world.fault(5) ? SLOW : QUICK);
  }

  private HaproxyInfo info() {
    var run = world.haproxy.run();
    long uptime = Duration.between(run.startedAt(), world.now).toSeconds();
    return new HaproxyInfo(world.grows ? "3.0.11" : "2.6.12", run.pid(), uptime, false, 0, 0);
  }
}
