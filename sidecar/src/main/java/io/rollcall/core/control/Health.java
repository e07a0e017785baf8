package io.rollcall.core.control;

import io.rollcall.core.Component;
import io.rollcall.core.DurationFormat;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The components that do not work now.
 *
 * @param outages by component, the worst to lose first
 */
public record Health(Map<Component, Outage> outages) {
  public static final Health OK = new Health(Map.of());

  /**
   * A component that does not work.
   *
   * @param line what is wrong at present
   * @param since when it stopped working
   */
  public record Outage(String line, Instant since) {}

  /** The health after a report, and the events that the report causes: an outage begins or ends. */
  record HealthChange(Health health, List<Event> events) {}

  public Health {
    var copy = new EnumMap<Component, Outage>(Component.class);
    copy.putAll(outages);
    outages = Collections.unmodifiableMap(copy);
  }

  /** What is wrong with the component, one line; null when it works. */
  public @Nullable String line(Component component) {
    Outage outage = outages.get(component);
    return outage == null ? null : outage.line();
  }

  /** What is wrong, a line for each component, the worst first. */
  public List<String> lines() {
    return outages.values().stream().map(Outage::line).toList();
  }

  /** What is wrong, by component. */
  public Map<Component, String> byComponent() {
    var lines = new EnumMap<Component, String>(Component.class);
    outages.forEach((component, outage) -> lines.put(component, outage.line()));
    return lines;
  }

  /**
   * The component works where the line is null; the line of an outage may change while it lasts.
   */
  HealthChange report(Component component, @Nullable String line, Instant now) {
    Outage before = outages.get(component);
    var next = new EnumMap<Component, Outage>(Component.class);
    next.putAll(outages);
    if (line != null) {
      next.put(component, new Outage(line, before == null ? now : before.since()));
      List<Event> events = before == null ? began(component, line) : List.of();
      return new HealthChange(new Health(next), events);
    }
    if (before == null) {
      return new HealthChange(this, List.of());
    }
    next.remove(component);
    return new HealthChange(
        new Health(next), ended(component, Duration.between(before.since(), now)));
  }

  private static List<Event> began(Component component, String line) {
    EventKind kind =
        switch (component) {
          case HAPROXY -> EventKind.HAPROXY_DOWN;
          case SERF -> EventKind.SERF_DOWN;
          case PIPE -> EventKind.PIPE_DOWN;
          case STATE_FILE, MEMORY, JOURNAL -> EventKind.DISK_DOWN;
          case MAIL -> EventKind.MAIL_DOWN;
          case POOLS, PLAN -> null; // the status shows them; no component is lost
        };
    return kind == null ? List.of() : List.of(new Event(kind, null, null, line));
  }

  private static List<Event> ended(Component component, Duration length) {
    EventKind kind =
        switch (component) {
          case HAPROXY -> EventKind.HAPROXY_UP;
          case SERF -> EventKind.SERF_UP;
          case PIPE -> EventKind.PIPE_UP;
          case STATE_FILE, MEMORY, JOURNAL -> EventKind.DISK_UP;
          case MAIL -> EventKind.MAIL_UP;
          case POOLS, PLAN -> null;
        };
    String text = capital(component.label()) + " recovered after " + DurationFormat.text(length);
    return kind == null ? List.of() : List.of(new Event(kind, null, null, text));
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
