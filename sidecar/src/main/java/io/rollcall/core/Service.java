package io.rollcall.core;

import java.util.Objects;

/**
 * What a member offers a pool.
 *
 * @param boot the run of its application; empty where it does not say
 * @param weight 0 to 256
 * @param maxconn limit of concurrent requests, 0 for none
 */
public record Service(Endpoint endpoint, String boot, int weight, int maxconn) {
  public Service {
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(boot);
  }

  Service withWeight(int next) {
    return new Service(endpoint, boot, next, maxconn);
  }
}
