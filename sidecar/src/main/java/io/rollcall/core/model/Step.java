package io.rollcall.core.model;

/** One typed change of one slot. Every step may be repeated: twice does what once does. */
public sealed interface Step {
  SlotId slot();

  /** To maintenance: takes no request, cookie holders are sent elsewhere. */
  record ToMaint(SlotId slot) implements Step {}

  /** To drain: only holders of its cookie still reach it. */
  record ToDrain(SlotId slot) implements Step {}

  /** To ready, as it is: the check has the last word. */
  record ToReady(SlotId slot) implements Step {}

  /**
   * To ready but marked down in the same breath, so that the first passing check lets requests in.
   */
  record Join(SlotId slot) implements Step {}

  /** Marks a joining slot as up, after somebody else has seen the application answer. */
  record HealthUp(SlotId slot) implements Step {}

  /** Switches its check on again. */
  record EnableCheck(SlotId slot) implements Step {}

  /** Removes the tracking table's entries of a previous occupant. */
  record ClearSessions(SlotId slot, int serverId) implements Step {}

  /** Ends every request that still runs in a slot that is in maintenance. */
  record ShutdownSessions(SlotId slot) implements Step {}

  /** Weight from 0 to 256. */
  record SetWeight(SlotId slot, int weight) implements Step {}

  /** Limit of concurrent requests, 0 for none. */
  record SetMaxconn(SlotId slot, int maxconn) implements Step {}

  /**
   * Another slot than HAProxy was configured with, in maintenance and without an address; from
   * HAProxy 3.0 on.
   *
   * @param options keywords of the server line, nothing is inherited
   */
  record AddSlot(SlotId slot, int serverId, String options) implements Step {}

  /** Takes an added slot away again; it is in maintenance and nothing runs there. */
  record RemoveSlot(SlotId slot) implements Step {}

  /** Only for a slot in maintenance with nothing running; believed when read back. */
  record SetAddress(SlotId slot, Endpoint endpoint) implements Step {}
}
