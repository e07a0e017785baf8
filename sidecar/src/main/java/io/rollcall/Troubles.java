package io.rollcall;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What does not work now, one clear line for each part; each change is logged once. */
final class Troubles {
  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

  /** The parts, the worst to miss first. */
  enum Part {
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
  private final Map<Part, String> lines = new EnumMap<>(Part.class);

  /**
   * @param changed is called for each change
   */
  Troubles(Runnable changed) {
    this.changed = changed;
  }

  /** Sets the part's trouble, or ends it with null. */
  void set(Part part, @Nullable String line) {
    String before = line == null ? lines.remove(part) : lines.put(part, line);
    if (Objects.equals(before, line)) {
      return;
    }
    if (line != null) {
      LOG.warn("degraded: {}", line);
    } else {
      LOG.info("no longer: {}", before);
    }
    changed.run();
  }

  @Nullable String get(Part part) {
    return lines.get(part);
  }

  /** What does not work now, by part. */
  Map<Part, String> byPart() {
    return Map.copyOf(lines);
  }

  Collection<String> lines() {
    return lines.values();
  }
}
