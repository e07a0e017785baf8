package io.rollcall.store;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.status.Status;
import org.jspecify.annotations.Nullable;

/** An event as one line of logfmt, {@code event=down pool=nodes member=s2 text=L4CON}. Pure. */
final class EventLogLine {
  private static final String BARE = "[!-~&&[^\"=\\\\]]+";

  private EventLogLine() {}

  static String of(Status.EventRecord event) {
    var line = new StringBuilder("event=").append(event.kind());
    append(line, "pool", event.pool());
    append(line, "member", event.member());
    append(line, "slot", event.slot());
    append(line, "text", event.text());
    append(line, "effect", event.effect());
    if (event.tookMicros() != null) {
      append(line, "took_ms", "%.1f".formatted(event.tookMicros() / 1000.0));
    }
    return line.toString();
  }

  private static void append(StringBuilder line, String key, @Nullable String value) {
    if (value != null) {
      line.append(' ').append(key).append('=').append(value.matches(BARE) ? value : quoted(value));
    }
  }

  private static String quoted(String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"");
    return '"' + Sanitizer.visible(escaped) + '"';
  }
}
