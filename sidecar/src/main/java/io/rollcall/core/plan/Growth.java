package io.rollcall.core.plan;

import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.SlotState;
import io.rollcall.core.model.Step;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Slots beyond those of HAProxy's configuration: one for each member that finds none free, up to
 * {@code growTo}, and none that nobody has. HAProxy forgets them when it restarts; those in use are
 * added again. A grown slot is known by its server id: all of HAProxy's own are below.
 */
final class Growth {
  /** Above every id that HAProxy gives by itself: those are counted from 1. */
  static final int IDS_FROM = 1_000_000;

  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,5})");

  private final PlannerInput view;
  private final PlanBuilder draft;
  private int size;
  private long spare;

  Growth(PlannerInput view, PlanBuilder draft, Map<SlotId, Occupant> before) {
    this.view = view;
    this.draft = draft;
    this.size = view.slots().size();
    this.spare = view.spare(before);
  }

  /**
   * Adds a slot that is in use and that HAProxy does not have, for its occupant to be prepared in.
   *
   * @param seatable its occupant may as well be given another slot
   * @return false where that cannot be or is not worth it
   */
  boolean restores(SlotId id, Occupant occupant, boolean seatable) {
    boolean wanted = occupant.state() != SlotState.PARKED && occupant.state() != SlotState.DRAINING;
    if (wanted && seatable && spare > 0) {
      spare--;
      return false;
    }
    return wanted && NUMBERED.matcher(id.server()).matches() && add(id);
  }

  /**
   * @param occupants who is in which slot after this plan
   * @param lacking how many members found no slot
   */
  void grow(SortedMap<SlotId, Occupant> occupants, int lacking) {
    var names = new TreeSet<>(view.slots().keySet());
    names.addAll(occupants.keySet());
    for (int i = 0; i < lacking; i++) {
      SlotId next = names.isEmpty() ? slot("slot", 1) : after(names.last());
      if (!add(next)) {
        return;
      }
      names.add(next);
    }
    if (lacking == 0) {
      view.slots().values().stream()
          .filter(slot -> grown(slot) && !occupants.containsKey(slot.id()))
          .filter(slot -> slot.admin() == Slot.Admin.MAINT && slot.idle())
          .forEach(this::remove);
    }
  }

  /** Why a member that found no slot has to wait. */
  static String why(PlannerInput view) {
    String full = "no free slot: all " + view.slots().size() + " are in use";
    if (view.policy().growTo() <= view.slots().size()) {
      return full;
    }
    return full + (view.grows() ? ", one is added" : ", HAProxy adds some from 3.0 on");
  }

  private boolean add(SlotId id) {
    if (!view.grows() || size >= view.policy().growTo()) {
      return false;
    }
    size++;
    draft.moving.add(id);
    draft.steps.add(new Step.AddSlot(id, IDS_FROM + number(id), view.policy().serverOptions()));
    draft.note(EventKind.GROWN, null, id, "slot " + size + " of at most " + view.policy().growTo());
    return true;
  }

  private void remove(Slot slot) {
    draft.steps.add(new Step.ClearSessions(slot.id(), slot.serverId()));
    draft.steps.add(new Step.RemoveSlot(slot.id()));
    draft.note(EventKind.SHRUNK, null, slot.id(), "nobody has this slot");
  }

  private static boolean grown(Slot slot) {
    return slot.serverId() >= IDS_FROM;
  }

  private SlotId after(SlotId last) {
    Matcher name = NUMBERED.matcher(last.server());
    return name.matches()
        ? slot(name.group(1), Integer.parseInt(name.group(2)) + 1)
        : slot("slot", view.slots().size() + 1);
  }

  private SlotId slot(String prefix, int number) {
    return new SlotId(view.policy().backend(), prefix + number);
  }

  private static int number(SlotId id) {
    Matcher name = NUMBERED.matcher(id.server());
    return name.matches() ? Integer.parseInt(name.group(2)) : 0;
  }
}
