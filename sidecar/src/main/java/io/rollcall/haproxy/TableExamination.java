package io.rollcall.haproxy;

import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.Snapshot;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the entries of a pool's stick table say whose session each is: by its server, and by the
 * address of that rather than by its name. No command shows how a table is declared, so its entries
 * are read, once there are some and requests flow. What they show of its declaration is not read
 * again over the same connection. Used on one context.
 */
final class TableExamination {
  /** Reading more entries than this costs HAProxy more than a millisecond. */
  private static final long LARGE_TABLE = 10_000;

  private static final int ENOUGH_SESSIONS = 20;

  private static final String NO_SERVERS =
      "the stick-table has entries, and none names a server, so that a drain waits for no session:"
          + " add \"stick store-request\" and \"stick store-response\" with the application's"
          + " session cookie, and keep other counters in a table of their own";

  private static final String TOO_LARGE =
      "the stick-table has more than 10,000 entries, which are not read to see whether they name"
          + " members: set haproxy.config, which shows how it is declared, or run \"rollcall doctor\"";

  private final RuntimeApi api;

  /** Sessions of each pool when it was seen first over this connection. */
  private final Map<String, Long> first = new HashMap<>();

  private final Map<String, List<ConfigurationFinding>> findings = new HashMap<>();
  private final Set<String> settled = new HashSet<>();

  TableExamination(RuntimeApi api) {
    this.api = api;
  }

  /** The tables may be those of another process. */
  void connected() {
    first.clear();
    findings.clear();
    settled.clear();
  }

  /** What is wrong with the tables of the pools; fails only as a reading does. */
  Future<List<ConfigurationFinding>> findings(Snapshot snapshot) {
    Future<Void> examined = Future.succeededFuture();
    for (var pool : snapshot.pools().entrySet()) {
      String name = pool.getKey();
      BackendReport backend = snapshot.backends().get(name);
      if (backend != null && isDue(name, backend, pool.getValue(), snapshot.complete())) {
        examined = examined.compose(_ -> examine(name, backend, names(pool.getValue())));
      }
    }
    return examined.map(_ -> {
      var all = new ArrayList<ConfigurationFinding>();
      snapshot.pools().keySet().forEach(pool -> all.addAll(findings.getOrDefault(pool, List.of())));
      return all;
    });
  }

  /** What was found is looked at again as often as all is read: it may have been mended. */
  private boolean isDue(String pool, BackendReport backend, List<Slot> slots, boolean complete) {
    if (backend.tracked() == null || settled.contains(pool)) {
      return false;
    }
    long sessions = slots.stream().mapToLong(TableExamination::sessions).sum();
    long since = sessions - first.merge(pool, sessions, Math::min);
    return since >= ENOUGH_SESSIONS && (complete || !findings.containsKey(pool));
  }

  private static long sessions(Slot slot) {
    return slot.load() == null ? 0 : slot.load().total();
  }

  private Future<Void> examine(String pool, BackendReport backend, Set<String> servers) {
    return api.tableSize(pool)
        .compose(size -> {
          if (size > LARGE_TABLE) { // kept, or every reading would ask for the size
            var _ = findings.putIfAbsent(pool, List.of(tooLarge(pool)));
          }
          return size == 0 || size > LARGE_TABLE
              ? Future.succeededFuture()
              : api.owners(pool).map(owners -> judge(pool, backend, servers, owners));
        });
  }

  private static ConfigurationFinding tooLarge(String pool) {
    return new ConfigurationFinding(Fault.TABLE_UNEXAMINED, pool, TOO_LARGE);
  }

  private Void judge(
      String pool, BackendReport backend, Set<String> servers, StickTable.Owners owners) {
    var found = new ArrayList<ConfigurationFinding>();
    if (owners.entries() == 0 && !backend.cookie().isEmpty()) {
      found.add(new ConfigurationFinding(Fault.SESSIONS_UNTRACKED, pool, NO_SERVERS));
    }
    owners.byKey().keySet().stream()
        .filter(servers::contains)
        .sorted()
        .findFirst()
        .ifPresent(server -> found.add(slotNames(pool, server)));
    findings.put(pool, found);
    // how a table is declared does not change while the process lives
    if (owners.entries() > 0
        && found.stream().allMatch(each -> each.fault() == Fault.NO_SERVER_KEYS)) {
      settled.add(pool);
    }
    return null;
  }

  private static ConfigurationFinding slotNames(String pool, String server) {
    return new ConfigurationFinding(
        Fault.NO_SERVER_KEYS,
        pool,
        ("the stick-table names servers by their slot (%s), which gets other members: add \"srvkey"
                + " addr\" to it")
            .formatted(server));
  }

  private static Set<String> names(List<Slot> slots) {
    return slots.stream().map(slot -> slot.id().server()).collect(Collectors.toSet());
  }
}
