package io.rollcall.reconcile;

import io.rollcall.logging.Logfmt;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What does not work now, one clear line for each part; each change is logged once. */
public final class ComponentHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ComponentHealth.class);

  /** The parts, the worst to miss first. */
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

  private final Runnable changed;
  private final Map<Component, String> lines = new EnumMap<>(Component.class);

  /**
   * @param changed is called for each change
   */
  public ComponentHealth(Runnable changed) {
    this.changed = changed;
  }

  /** Sets the part's trouble, or ends it with null. */
  public void set(Component part, @Nullable String line) {
    String before = line == null ? lines.remove(part) : lines.put(part, line);
    if (Objects.equals(before, line)) {
      return;
    }
    log(part, line, before);
    changed.run();
  }

  private static void log(Component part, @Nullable String line, @Nullable String before) {
    String component = part.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (line == null) {
      LOG.info("{}", Logfmt.of("recovered").with("component", component).with("text", before));
      return;
    }
    Logfmt degraded = Logfmt.of("degraded").with("component", component).with("text", line);
    if (part == Component.HAPROXY) {
      LOG.error("{}", degraded);
    } else {
      LOG.warn("{}", degraded);
    }
  }

  @Nullable
  public String get(Component part) {
    return lines.get(part);
  }

  /** What does not work now, by part. */
  public Map<Component, String> byPart() {
    return Map.copyOf(lines);
  }

  public Collection<String> lines() {
    return lines.values();
  }
}
