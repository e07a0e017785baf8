package io.rollcall.core.plan;

import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a slot's limit of concurrent requests. HAProxy does not show the configured
 * limit once another is set, so it is saved before it is changed, and set again when the member no
 * longer asks for its own. A limit that Rollcall did not set is never touched.
 *
 * @param maxconn what is to be set now; null for nothing
 * @param configured what is to be saved; null if the limit is as configured afterwards
 * @param found the limit now
 * @param known false if the limit has to be saved before it may be set
 */
record ServerLimit(
    @Nullable Integer maxconn, @Nullable Integer configured, int found, boolean known) {
  /**
   * The occupant after a restart of HAProxy: the limit is that of haproxy.cfg, which may have been
   * edited.
   */
  static Occupant restarted(Occupant occupant, Slot slot) {
    Slot.Load load = slot.load();
    return load == null
            || occupant.configuredMaxconn() == null
            || Objects.equals(occupant.service().maxconn(), load.maxconn())
        ? occupant
        : occupant.withConfiguredMaxconn(load.maxconn());
  }

  /** It is as wanted now. */
  boolean isSet() {
    return known && maxconn == null;
  }

  /**
   * The limit of an occupied slot.
   *
   * @param wanted what its member asks for
   */
  static ServerLimit of(Occupant occupant, ServerSpec wanted, Slot slot) {
    Integer configured = occupant.configuredMaxconn();
    if (slot.load() == null) {
      return new ServerLimit(null, configured, 0, wanted.maxconn() == null);
    }
    int found = slot.load().maxconn();
    if (wanted.maxconn() == null) {
      boolean restore = configured != null && configured != found;
      return new ServerLimit(restore ? configured : null, null, found, true);
    }
    if (configured == null) {
      return new ServerLimit(null, found, found, false);
    }
    boolean isSet = Objects.equals(wanted.maxconn(), found);
    return new ServerLimit(isSet ? null : wanted.maxconn(), configured, found, true);
  }
}
