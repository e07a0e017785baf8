package io.rollcall.haproxy;

/**
 * Why a command has no reply to act on. The message is one line. It carries no stack trace: the
 * world is broken, not the program.
 */
public abstract sealed class RuntimeFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  private RuntimeFailure(String message, String reason) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** The cause without the command. */
  public String reason() {
    return reason;
  }

  /** HAProxy never saw the command, nor one asked for with it: nothing has changed. */
  public static final class NeverSent extends RuntimeFailure {
    private static final long serialVersionUID = 1L;

    NeverSent(String reason) {
      super(reason, reason);
    }
  }

  /** The command left, no reply came: it may have been carried out. Read before the next step. */
  public static final class OutcomeUnknown extends RuntimeFailure {
    private static final long serialVersionUID = 1L;

    OutcomeUnknown(String command, String reason) {
      super("outcome of '" + command + "' unknown: " + reason, reason);
    }
  }

  /** A reply came that can't be acted on. The connection is closed, so that all is read again. */
  public static final class Unreadable extends RuntimeFailure {
    private static final long serialVersionUID = 1L;

    Unreadable(String reason) {
      super(reason, reason);
    }
  }
}
