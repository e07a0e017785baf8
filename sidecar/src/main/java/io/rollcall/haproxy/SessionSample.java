package io.rollcall.haproxy;

import java.time.Duration;

/**
 * The tracked sessions of one server at one instant.
 *
 * @param entries how many there are
 * @param newest the longest remaining lifetime among them, zero where there are none; a request
 *     sets it to the table's {@code expire} again
 */
public record SessionSample(int entries, Duration newest) {}
