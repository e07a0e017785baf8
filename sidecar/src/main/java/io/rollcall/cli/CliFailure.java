package io.rollcall.cli;

import java.io.Serial;

/** Ends a command: one line for standard error, and the exit status. */
final class CliFailure extends RuntimeException {
  /** It is not so: an order was refused, a wait timed out. */
  static final int NOT_SO = 1;

  /** Wrong usage or settings. */
  static final int USAGE = 2;

  /** The sidecar cannot be reached. */
  static final int UNREACHABLE = 3;

  @Serial private static final long serialVersionUID = 1;

  private final int status;

  CliFailure(int status, String line) {
    super(line);
    this.status = status;
  }

  CliFailure(int status, String line, Throwable cause) {
    super(line, cause);
    this.status = status;
  }

  int status() {
    return status;
  }

  String line() {
    return String.valueOf(getMessage());
  }
}
