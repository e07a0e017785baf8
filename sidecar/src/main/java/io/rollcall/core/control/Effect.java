package io.rollcall.core.control;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Readiness;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something that the shell does for the controller. Effects of one input are run in their order; an
 * effect with a result sends it back as an {@link Input} of the same cycle.
 */
public sealed interface Effect {
  /**
   * Reads the member list: {@link MemberInput.MembersRead}, or {@link MemberInput.NamesRead} for
   * some names, or {@link MemberInput.MembersUnread}.
   *
   * @param names of the members to read; empty for the whole list
   */
  record ReadMembers(long cycle, Set<String> names) implements Effect {
    public ReadMembers {
      names = Set.copyOf(names);
    }
  }

  /**
   * Reads HAProxy: {@link HaproxyInput.SlotsRead} or {@link HaproxyInput.SlotsUnread}.
   *
   * @param scope how much of it
   * @param slots as they were read last; read alone where the scope is not {@code ALL}
   * @param leaving slots whose tracked sessions are counted in any case
   * @param viewed slots whose tracked sessions are counted as time allows
   */
  record ReadSlots(
      long cycle, Scope scope, List<Slot> slots, Set<SlotId> leaving, Set<SlotId> viewed)
      implements Effect {}

  /** How much of HAProxy is read. */
  enum Scope {
    /** The process and every server of every pool. */
    ALL,
    /**
     * The process, the backends as a whole, and the counters of the used slots and of the servers
     * that are not slots; everything where HAProxy shows that more than a counter changed.
     */
    COUNTERS,
    /**
     * The process and some slots in maintenance, or joining and down; everything where one of them
     * is not any more. What is sent then concerns these slots alone. No session is counted.
     */
    SLOTS
  }

  /**
   * Sends the steps in order: {@link HaproxyInput.StepsAnswered} or {@link
   * HaproxyInput.StepsUnanswered}.
   */
  record SendSteps(long cycle, List<Step> steps, HaproxyInfo info) implements Effect {}

  /**
   * Asks these applications, and no others from now on, whether they are ready, until each has
   * answered: {@link HaproxyInput.ApplicationAnswered}.
   */
  record ProbeReadiness(Map<Endpoint, Readiness> applications) implements Effect {
    public ProbeReadiness {
      applications = Map.copyOf(applications);
    }
  }

  /** Announces what this balancer sees to the other balancers. */
  record PublishView(String view) implements Effect {}

  /**
   * Saves the state where it changed, then answers the actions.
   *
   * @param answers by the id of the request, null or why the action was refused
   */
  record Save(SavedState state, Map<Long, @Nullable String> answers) implements Effect {}

  /** Writes HAProxy's server-state file where the slots changed. */
  record SaveSlots(List<Slot> slots) implements Effect {}

  /**
   * Adds events to the journal.
   *
   * @param pool the backend, null for none
   * @param effects what HAProxy was sent for a slot, in words
   * @param tookMicros from the plan to the last reply, null where HAProxy was sent nothing
   * @param at when they happened
   */
  record RecordEvents(
      @Nullable String pool,
      List<Event> events,
      Map<SlotId, String> effects,
      @Nullable Long tookMicros,
      Instant at)
      implements Effect {}

  /** The sidecar converged for the first time. */
  record ReportReady() implements Effect {}
}
