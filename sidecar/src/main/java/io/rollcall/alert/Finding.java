package io.rollcall.alert;

/**
 * One trouble as it is now.
 *
 * @param state in a word or two: {@code down}
 * @param why its cause, readable by itself
 */
public record Finding(String state, String why) {}
