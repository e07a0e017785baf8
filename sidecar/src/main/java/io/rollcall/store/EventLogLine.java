package io.rollcall.store;

import io.rollcall.core.status.Status;
import io.rollcall.logging.Logfmt;

/** An event as a log message, {@code event=down pool=nodes member=s2 text=L4CON}. Pure. */
final class EventLogLine {
  private EventLogLine() {}

  /** Without the time it took, so that repetitions of an event give the same line. */
  static Logfmt of(Status.EventRecord event) {
    return Logfmt.of(event.kind())
        .with("pool", event.pool())
        .with("member", event.member())
        .with("slot", event.slot())
        .with("text", event.text())
        .with("effect", event.effect());
  }
}
