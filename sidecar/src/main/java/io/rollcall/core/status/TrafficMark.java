package io.rollcall.core.status;

import java.time.Instant;

/**
 * Something that happened to a pool, to be marked on the axis of time.
 *
 * @param pool empty for one that concerns all pools
 * @param kind the wire name of the event's kind
 * @param member may be empty
 */
public record TrafficMark(Instant at, String pool, String kind, String member) {}
