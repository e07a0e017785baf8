package io.rollcall.core.control;

import io.rollcall.core.model.PoolPolicy;
import java.time.Duration;
import java.util.List;

/**
 * What the controller is configured with.
 *
 * @param listReadable the source of members can be asked for the whole list; otherwise its lines
 *     are all there is
 * @param membersResync longest time between two readings of the member list
 * @param haproxyPoll time between two readings of HAProxy at rest
 * @param haproxyResync longest time between two readings of all of HAProxy
 */
public record ControllerSettings(
    List<PoolPolicy> pools,
    boolean listReadable,
    Duration membersResync,
    Duration haproxyPoll,
    Duration haproxyResync) {
  public ControllerSettings {
    pools = List.copyOf(pools);
  }
}
