package io.rollcall.haproxy;

/**
 * Why a command has no usable reply. The message is one line. It has no stack trace: the cause is
 * outside the program.
 */
abstract sealed class RuntimeFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  private RuntimeFailure(String message, String reason) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** The cause without the command. */
  String reason() {
    return reason;
  }

  /** Neither the command nor one sent with it reached HAProxy: nothing has changed. */
  static final class NeverSent extends RuntimeFailure {
    private static final long serialVersionUID = 1L;

    NeverSent(String reason) {
      super(reason, reason);
    }
  }

  /**
   * The command was sent and no reply was received: it may have been executed. Read before the next
   * step.
   */
  static final class OutcomeUnknown extends RuntimeFailure {
    private static final long serialVersionUID = 1L;

    OutcomeUnknown(String command, String reason) {
      super("outcome of '" + command + "' is unknown: " + reason, reason);
    }
  }

  /** The reply has an unknown form. The connection is closed, so that everything is read again. */
  static final class Unreadable extends RuntimeFailure {
    private static final long serialVersionUID = 1L;

    Unreadable(String reason) {
      super(reason, reason);
    }
  }
}
