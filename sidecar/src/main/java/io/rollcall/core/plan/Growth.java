package io.rollcall.core.plan;

import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Slots beyond those of HAProxy's configuration: one for each member that finds none free, up to
 * {@code growTo}. An unused one is removed. HAProxy loses them when it restarts; those in use are
 * added again. An added slot is known by its server id: all of HAProxy's own are below.
 */
final class Growth {
  /** Above every id that HAProxy assigns by itself, counting from 1. */
  static final int IDS_FROM = 1_000_000;

  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,5})");

  private final PlannerInput input;
  private final PlanBuilder plan;
  private final Map<SlotId, Occupant> before;
  private int size;

  /** How many occupants of lost slots are assigned another one. */
  private int elsewhere;

  /**
   * @param before the occupants before any slot changes
   */
  Growth(PlannerInput input, PlanBuilder plan, Map<SlotId, Occupant> before) {
    this.input = input;
    this.plan = plan;
    this.size = input.slots().size();
    this.before = before;
  }

  /**
   * Frees a slot that HAProxy lost. If it is still needed it is added again, and its occupant is
   * prepared in it once more.
   *
   * @param assignable its occupant can be assigned another slot instead
   */
  void replace(SlotId id, Occupant occupant, boolean assignable) {
    boolean needed = occupant.state() != SlotState.PARKED && occupant.state() != SlotState.DRAINING;
    boolean other = input.unmanaged().containsKey(id);
    boolean moves = needed && assignable && input.spare(before) > elsewhere;
    elsewhere += moves ? 1 : 0;
    if (!needed || moves || other || !NUMBERED.matcher(id.server()).matches() || !canAdd()) {
      String text = other ? "the server is not a slot" : "no such slot in HAProxy";
      plan.add(id, null, List.of(), new Event(EventKind.FREED, occupant.member(), id, text));
      return;
    }
    plan.add(id, null, List.of());
    String why = "HAProxy restarted without its slot";
    add(id, occupant.withState(SlotState.PREPARED, input.now(), why));
  }

  /**
   * Adds a slot for each of these members, and removes unused ones if there are none.
   *
   * @param missing how many members found no slot
   */
  void run(int missing) {
    if (missing > 0) {
      grow(missing);
    } else {
      input.slots().values().stream()
          .filter(slot -> slot.serverId() >= IDS_FROM)
          .filter(slot -> !plan.occupants().containsKey(slot.id()))
          .filter(slot -> slot.admin() == Slot.Admin.MAINT && slot.idle())
          .forEach(this::remove);
    }
  }

  private void grow(int missing) {
    var names = new TreeSet<>(input.slots().keySet());
    names.addAll(plan.occupants().keySet());
    for (int i = 0; i < missing && canAdd(); i++) {
      SlotId next = names.isEmpty() ? slot("slot", 1) : after(names.last());
      while (input.unmanaged().containsKey(next)) {
        next = after(next);
      }
      add(next, null);
      names.add(next);
    }
  }

  /** Why a member that found no slot waits. */
  static String reason(PlannerInput input, Map<SlotId, Occupant> occupants) {
    String full =
        PrivateConnections.anyWithheld(input, occupants)
            ? "no free slot that was not used: with privateConnections a used one keeps its address"
                + " until HAProxy's process is new"
            : input.slots().isEmpty()
                ? "the backend has no slot"
                : "no free slot: all " + input.slots().size() + " are in use";
    if (input.policy().growTo() <= input.slots().size()) {
      return full;
    }
    return full + (input.grows() ? "; adding one" : "; adding slots requires HAProxy 3.0");
  }

  private boolean canAdd() {
    return input.grows() && size < input.policy().growTo();
  }

  private void add(SlotId id, @Nullable Occupant occupant) {
    size++;
    plan.add(
        id,
        occupant,
        List.of(new Step.AddSlot(id, IDS_FROM + number(id), input.policy().serverOptions())),
        new Event(
            EventKind.GROWN,
            null,
            id,
            "slot %d of at most %d".formatted(size, input.policy().growTo())));
  }

  private void remove(Slot slot) {
    plan.add(
        slot.id(),
        null,
        List.of(new Step.ClearSessions(slot.id(), slot.serverId()), new Step.RemoveSlot(slot.id())),
        new Event(EventKind.SHRUNK, null, slot.id(), "no longer used"));
  }

  private SlotId after(SlotId last) {
    Matcher name = NUMBERED.matcher(last.server());
    return name.matches()
        ? slot(name.group(1), Integer.parseInt(name.group(2)) + 1)
        : slot("slot", input.slots().size() + 1);
  }

  private SlotId slot(String prefix, int number) {
    return new SlotId(input.policy().backend(), prefix + number);
  }

  private static int number(SlotId id) {
    Matcher name = NUMBERED.matcher(id.server());
    return name.matches() ? Integer.parseInt(name.group(2)) : 0;
  }
}
