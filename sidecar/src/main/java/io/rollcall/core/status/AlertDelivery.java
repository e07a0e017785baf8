package io.rollcall.core.status;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far alerts are delivered.
 *
 * @param undelivered by channel, how many notifications its receiver has not accepted yet; {@code
 *     mail} is one
 * @param dropped how many were given up, of all channels, since their spools were created
 */
public record AlertDelivery(Map<String, Long> undelivered, long dropped) {
  /** No channel is configured. */
  public static final AlertDelivery NONE = new AlertDelivery(Map.of(), 0);

  public AlertDelivery {
    undelivered = Collections.unmodifiableMap(new TreeMap<>(undelivered));
  }
}
