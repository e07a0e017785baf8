package io.rollcall.logging;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * A log message as logfmt pairs, {@code event=down pool=nodes member=s2 check=L4CON}, to be passed
 * to a logger as {@code LOG.warn("{}", Logfmt.of("down").with("pool", pool))}.
 *
 * <p>Values may be text from anywhere: they are quoted and escaped, so a value can neither begin
 * another line nor look like another pair. The text has at most {@value #MAX_CHARS} characters: a
 * value that does not fit is cut and ends with {@code …}; once nothing fits, further pairs are left
 * out. Not thread-safe.
 */
public final class Logfmt {
  static final int MAX_CHARS = 1200;

  /** What a cut value takes up at least; below this the pair is left out. */
  private static final int MIN_VALUE_CHARS = 8;

  private final StringBuilder text = new StringBuilder(128);

  private Logfmt() {}

  /**
   * Begins a message.
   *
   * @param event the kind of event, a constant in lower case such as {@code slot-adopted}
   */
  public static Logfmt of(String event) {
    return new Logfmt().with(LogfmtSyntax.EVENT, event);
  }

  /**
   * Appends a pair.
   *
   * @param key a constant of ASCII letters, digits and {@code _}, beginning with a lower-case
   *     letter
   * @param value written as {@link Object#toString} gives it; null leaves the pair out
   * @throws IllegalArgumentException when the key is not of that form, or is one that every line
   *     has ({@code ts}, {@code level}, {@code logger})
   */
  @CanIgnoreReturnValue
  public Logfmt with(String key, @Nullable Object value) {
    if (!LogfmtSyntax.isKey(key)) {
      throw new IllegalArgumentException("not a key of a log message: " + key);
    }
    int room = MAX_CHARS - text.length() - key.length() - 2;
    if (value != null && room >= MIN_VALUE_CHARS) {
      if (!text.isEmpty()) {
        text.append(' ');
      }
      text.append(key).append('=').append(LogfmtValue.encode(value.toString(), room));
    }
    return this;
  }

  /** The pairs, separated by one space each. */
  @Override
  public String toString() {
    return text.toString();
  }
}
