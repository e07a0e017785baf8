package io.rollcall.reconcile;

import io.rollcall.core.Component;
import io.rollcall.core.control.Health;
import io.rollcall.logging.Logfmt;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what does not work, once at each change. That a component is lost and recovers is an event,
 * which the journal logs; this logs what is no event.
 */
final class HealthLog {
  private static final Logger LOG = LoggerFactory.getLogger(HealthLog.class);

  private HealthLog() {}

  static void changed(Health before, Health after) {
    if (before.equals(after)) {
      return;
    }
    for (Component component : Component.values()) {
      String was = before.line(component);
      String is = after.line(component);
      boolean event = (was == null) != (is == null) && lossIsEvent(component);
      if (!event && !Objects.equals(was, is)) {
        log(component, was, is);
      }
    }
  }

  private static void log(Component component, @Nullable String was, @Nullable String is) {
    String name = component.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (is == null) {
      LOG.info("{}", Logfmt.of("recovered").with("component", name).with("text", was));
      return;
    }
    Logfmt degraded = Logfmt.of("degraded").with("component", name).with("text", is);
    switch (component) {
      case HAPROXY, POOLS, PLAN -> LOG.error("{}", degraded);
      case SERF, PIPE, STATE_FILE, MEMORY, JOURNAL, MAIL -> LOG.warn("{}", degraded);
    }
  }

  private static boolean lossIsEvent(Component component) {
    return switch (component) {
      case POOLS, PLAN -> false;
      case HAPROXY, SERF, PIPE, STATE_FILE, MEMORY, JOURNAL, MAIL -> true;
    };
  }
}
