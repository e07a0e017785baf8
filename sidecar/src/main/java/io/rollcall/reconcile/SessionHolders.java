package io.rollcall.reconcile;

import io.rollcall.core.control.State;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Slot;
import io.rollcall.haproxy.HaproxyClient;
import io.rollcall.http.SessionLocator;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds which member holds a session: HAProxy names the server, the state its occupant. */
public final class SessionHolders implements SessionLocator {
  private final List<PoolPolicy> pools;
  private final HaproxyClient haproxy;
  private final Supplier<State> state;

  /** Asks the pools' tables one after the other. */
  public SessionHolders(List<PoolPolicy> pools, HaproxyClient haproxy, Supplier<State> state) {
    this.pools = List.copyOf(pools);
    this.haproxy = haproxy;
    this.state = state;
  }

  @Override
  public Future<@Nullable Holder> holder(String key) {
    Future<@Nullable Holder> found = Future.succeededFuture(null);
    for (PoolPolicy pool : pools) {
      found =
          found.compose(holder ->
              holder != null
                  ? Future.succeededFuture(holder)
                  : haproxy.server(pool.backend(), key).map(id -> holder(pool.backend(), id)));
    }
    return found;
  }

  private @Nullable Holder holder(String backend, @Nullable Integer serverId) {
    List<Slot> slots = state.get().haproxy().slots(backend);
    if (serverId == null || slots == null) {
      return null;
    }
    return slots.stream()
        .filter(slot -> slot.serverId() == serverId)
        .findFirst()
        .map(slot -> {
          Occupant occupant = state.get().saved().pool(backend).occupants().get(slot.id());
          String member = occupant == null ? null : occupant.member();
          return new Holder(backend, slot.id().server(), member);
        })
        .orElse(null);
  }
}
