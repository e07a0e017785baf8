package io.rollcall.core.model;

/** One typed change of one slot. Every step can be repeated without another effect. */
public sealed interface Step {
  SlotId slot();

  /** To maintenance: it takes no requests, those with its cookie are sent elsewhere. */
  record ToMaint(SlotId slot) implements Step {}

  /** To drain: only requests with its cookie still reach it. */
  record ToDrain(SlotId slot) implements Step {}

  /** To ready, up or down as its check is. */
  record ToReady(SlotId slot) implements Step {}

  /**
   * To ready but marked down in the same command, so that the first check that passes lets requests
   * in.
   */
  record Join(SlotId slot) implements Step {}

  /** Marks a joining slot as up, after a readiness probe of ours was answered. */
  record HealthUp(SlotId slot) implements Step {}

  /** Enables its check again. */
  record EnableCheck(SlotId slot) implements Step {}

  /** Lets its agent-check act. */
  record EnableAgent(SlotId slot) implements Step {}

  /** Its agent-check is not made: it changes neither state nor weight. */
  record DisableAgent(SlotId slot) implements Step {}

  /** Removes the tracked sessions of an earlier occupant from the stick table. */
  record ClearSessions(SlotId slot, int serverId) implements Step {}

  /** Ends every request that still runs, in a slot in maintenance. */
  record ShutdownSessions(SlotId slot) implements Step {}

  /** Weight from 0 to 256. */
  record SetWeight(SlotId slot, int weight) implements Step {}

  /** Limit of concurrent requests, 0 for none. */
  record SetMaxconn(SlotId slot, int maxconn) implements Step {}

  /**
   * Adds a slot that HAProxy was not configured with, in maintenance and without an address.
   * Requires HAProxy 3.0.
   *
   * @param options keywords of the server line; none are inherited
   */
  record AddSlot(SlotId slot, int serverId, String options) implements Step {}

  /** Removes an added slot, which is in maintenance and idle. */
  record RemoveSlot(SlotId slot) implements Step {}

  /** Only for a slot in maintenance that is idle; confirmed by reading it back. */
  record SetAddress(SlotId slot, Endpoint endpoint) implements Step {}
}
