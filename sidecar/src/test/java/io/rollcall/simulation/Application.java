package io.rollcall.simulation;

import io.rollcall.core.model.Endpoint;

/** One run of a backend's application; a restart makes another. */
final class Application {
  final String member;
  final Endpoint endpoint;

  /** Runs are numbered in the order of their starts. */
  final int run;

  private final String boot;

  /** Its health check passes. */
  boolean answers = true;

  Application(String member, Endpoint endpoint, int run) {
    this.member = member;
    this.endpoint = endpoint;
    this.run = run;
    this.boot = boot(run);
  }

  String boot() {
    return boot;
  }

  /** Boots are compared as text: the newer is the greater. */
  static String boot(int run) {
    return "boot%03d".formatted(run);
  }

  /** The number in what {@link #boot()} made; 0 for a boot that is not known. */
  static int run(String boot) {
    return boot.isEmpty() ? 0 : Integer.parseInt(boot, 4, boot.length(), 10);
  }

  @Override
  public String toString() {
    return member + "/" + boot() + "@" + endpoint;
  }
}
