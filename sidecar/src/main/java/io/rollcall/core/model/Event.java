package io.rollcall.core.model;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened, for the event list and the log.
 *
 * @param kind one word: {@code serving}, {@code drift}
 * @param member null where it concerns no one member
 * @param slot null where it concerns no slot
 */
public record Event(String kind, @Nullable String member, @Nullable SlotId slot, String text) {}
