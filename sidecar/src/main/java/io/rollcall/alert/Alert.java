package io.rollcall.alert;

import java.time.Instant;

/**
 * Something to be told about one incident. An incident begins with {@code FAILED} or {@code FLAPS}
 * and ends with exactly one {@code BACK} or {@code CALM}.
 *
 * @param incident names the thread of its mails; letters, digits and dashes
 * @param state in a word or two
 * @param since when the trouble began
 * @param until when it ended; now where it goes on
 * @param falls how many times it failed
 */
public record Alert(
    String incident,
    AlertKey subject,
    AlertType word,
    String state,
    String why,
    Instant since,
    Instant until,
    int falls) {
  /** The state of a member that was given up, or left, while it failed: it is not back. */
  public static final String GONE = "no longer in the pool";

  /** What is told. */
  public enum AlertType {
    /** It fails. */
    FAILED,
    /** It fails again and again; the next mail comes when that is over. */
    FLAPS,
    /** It is well again. */
    BACK,
    /** It flapped, and is well for a while now. */
    CALM;

    public boolean ends() {
      return this == BACK || this == CALM;
    }
  }

  public boolean urgent() {
    return subject.kind().urgent() && !word.ends();
  }
}
