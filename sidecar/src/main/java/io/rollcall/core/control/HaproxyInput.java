package io.rollcall.core.control;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.StepResult;
import io.rollcall.core.plan.PlannerInput;
import java.util.List;
import java.util.Map;

/** What HAProxy, and the applications behind it, report. */
public sealed interface HaproxyInput extends Input {
  /** A connection to the admin socket is open; the process may be another than before. */
  record Connected(HaproxyInfo info) implements HaproxyInput {}

  /** Where the process, and the machine, accept connections. */
  record LocalAddressesRead(LocalAddresses local) implements HaproxyInput {}

  /** There is no connection to the admin socket, for the reason in one line. */
  record Disconnected(String line) implements HaproxyInput {}

  /**
   * The result of {@link Effect.ReadSlots}.
   *
   * @param sessions tracked sessions by slot, of those that were counted
   */
  record SlotsRead(
      long cycle, Snapshot snapshot, Map<SlotId, PlannerInput.TrackedSessions> sessions)
      implements HaproxyInput {}

  /** {@link Effect.ReadSlots} failed, for the reason in one line. */
  record SlotsUnread(long cycle, String line) implements HaproxyInput {}

  /** The results of {@link Effect.SendSteps}, one for each step in order. */
  record StepsAnswered(long cycle, List<StepResult> results) implements HaproxyInput {}

  /** The outcome of {@link Effect.SendSteps} is unknown, for the reason in one line. */
  record StepsUnanswered(long cycle, String line) implements HaproxyInput {}

  /**
   * The application at this endpoint answered the readiness probe.
   *
   * @param ready it is ready; otherwise its answer says nothing about that
   */
  record ApplicationAnswered(Endpoint endpoint, boolean ready) implements HaproxyInput {}
}
