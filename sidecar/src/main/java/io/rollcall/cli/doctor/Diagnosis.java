package io.rollcall.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * One finding.
 *
 * @param about what it concerns, in one or two words: {@code haproxy.socket}, {@code backend app}
 * @param text one line
 * @param cure null for {@code OK}
 */
public record Diagnosis(Level level, String about, String text, @Nullable Cure cure) {
  /** How bad it is. */
  public enum Level {
    OK,
    /** It works, and will not in some case. */
    WARN,
    /** It does not work. */
    FAIL
  }
}
