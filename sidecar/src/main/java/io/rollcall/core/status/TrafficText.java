package io.rollcall.core.status;

/**
 * A series as it is saved: numbers separated by commas, the oldest first; {@code N*M} is M times N.
 *
 * @param newest the number of the newest step
 */
public record TrafficText(long newest, String requests, String errors, String up) {}
