package io.rollcall.core;

/** A part that Rollcall depends on, the worst to lose first. */
public enum Component {
  HAPROXY("HAProxy"),
  POOLS("the configured backends"),
  PLAN("applying changes to HAProxy"),
  SERF("the Serf agent"),
  PIPE("the event pipe"),
  STATE_FILE("the server-state file"),
  MEMORY("the saved state"),
  JOURNAL("the journal"),
  MAIL("mail");

  private final String label;

  Component(String label) {
    this.label = label;
  }

  /** Its name within a sentence. */
  public String label() {
    return label;
  }
}
