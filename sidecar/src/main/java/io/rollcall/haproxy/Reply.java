package io.rollcall.haproxy;

/** What HAProxy made of one step. */
public sealed interface Reply {
  /** The reply has the exact shape of success. Believed only when read back. */
  record Done() implements Reply {}

  /**
   * Any other reply.
   *
   * @param command as sent
   * @param text HAProxy's words, which may have several lines
   */
  record Refused(String command, String text) implements Reply {
    private static final String DENIED = "Permission denied";

    /** In one line for a person. */
    public String line() {
      String first = text.lines().findFirst().orElse("");
      String expected =
          first.equals(DENIED) ? " (expected \"level admin\" on its \"stats socket\")" : "";
      return "HAProxy answered '" + command + "' with '" + first + "'" + expected;
    }
  }
}
