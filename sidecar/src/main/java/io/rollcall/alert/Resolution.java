package io.rollcall.alert;

/**
 * The present state of something that does not fail.
 *
 * @param recovered false if it left or was removed
 * @param state in a few words: {@code serving}, {@code left as planned}
 */
public record Resolution(boolean recovered, String state) {

  static Resolution recovered(String state) {
    return new Resolution(true, state);
  }

  static Resolution outOfService(String state) {
    return new Resolution(false, state);
  }

  /** For a key that is in no status any more. */
  static Resolution absent(AlertKind kind) {
    return switch (kind) {
      case MEMBER -> outOfService("no longer in the pool");
      case NO_SERVER_UP, LOW_CAPACITY, REMOVALS_HELD, NO_FREE_SLOT ->
          outOfService("no longer configured");
      case DRIFT, COMPONENT -> recovered("recovered");
    };
  }
}
