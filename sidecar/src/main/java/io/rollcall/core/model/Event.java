package io.rollcall.core.model;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened, for the event list and the log.
 *
 * @param member null if it does not concern a single member
 * @param slot null if it does not concern a slot
 * @param text the cause or the result, readable by itself
 */
public record Event(EventKind kind, @Nullable String member, @Nullable SlotId slot, String text) {}
