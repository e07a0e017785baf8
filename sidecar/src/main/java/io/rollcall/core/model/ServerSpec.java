package io.rollcall.core.model;

import java.util.Objects;

/**
 * What a member offers a pool.
 *
 * @param boot the run of its application; empty if unknown
 * @param weight 0 to 256
 * @param maxconn limit of concurrent requests, 0 for none
 */
public record ServerSpec(Endpoint endpoint, String boot, int weight, int maxconn) {
  public ServerSpec {
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(boot);
  }

  public ServerSpec withWeight(int next) {
    return new ServerSpec(endpoint, boot, next, maxconn);
  }
}
