package io.rollcall.core;

/** A part that Rollcall depends on, the worst to lose first. */
public enum Component {
  HAPROXY,
  POOLS,
  PLAN,
  SERF,
  PIPE,
  STATE_FILE,
  MEMORY,
  JOURNAL,
  MAIL
}
