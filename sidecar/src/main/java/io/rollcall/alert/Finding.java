package io.rollcall.alert;

/**
 * One failure as it is now.
 *
 * @param state in a few words: {@code down}
 * @param cause readable by itself; foreign text
 */
public record Finding(String state, String cause) {
  static final Finding NONE = new Finding("", "");
}
