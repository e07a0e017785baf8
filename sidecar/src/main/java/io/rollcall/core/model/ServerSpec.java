package io.rollcall.core.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a member offers a pool.
 *
 * @param boot the run of its application; empty if unknown
 * @param weight 0 to 256; null: as haproxy.cfg says
 * @param maxconn limit of concurrent requests, 0 for none; null: as haproxy.cfg says
 */
public record ServerSpec(
    Endpoint endpoint, String boot, @Nullable Integer weight, @Nullable Integer maxconn) {
  public ServerSpec {
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(boot);
  }

  /** The weight that a slot is to have, 0 to 256. */
  public int weightIn(Slot slot) {
    return weight == null ? slot.configured().weight() : weight;
  }

  public ServerSpec withMaxconn(@Nullable Integer next) {
    return new ServerSpec(endpoint, boot, weight, next);
  }

  public ServerSpec withWeight(int next) {
    return new ServerSpec(endpoint, boot, next, maxconn);
  }
}
