package io.rollcall.core.status;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.control.HaproxyState;
import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.PlannerInput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What HAProxy's configuration keeps from working in a pool, as far as the admin socket shows. */
final class PoolConfiguration {
  /** After so many sessions without an entry in the table, none will come. */
  private static final int ENOUGH_SESSIONS = 20;

  private static final String UNCHECKED =
      " has no check, so that members get requests before they are ready and after they died: add"
          + " \"check\" to the server line or to default-server";
  private static final String TRACKING =
      " tracks another server, which may have another member: replace \"track\" by \"check\"";
  private static final String NO_SLOTS =
      "no server of the backend is a slot, so that no member gets requests: set pools[].slots to the"
          + " names of the placeholders, or add a server-template with the host slot.invalid";
  private static final String WEIGHTLESS =
      " has weight 0 in haproxy.cfg, so that its member gets no requests: set another weight there,"
          + " or the tag weight of the members";
  private static final String BACKUP =
      " is a backup server, so that its member gets requests only while no other server of the"
          + " backend is up: remove \"backup\" from the slots";
  private static final String PORTLESS =
      " has no port in haproxy.cfg, so that requests fail after HAProxy restarts or is reloaded,"
          + " although the check passes: HAProxy then adds the port of the frontend; write"
          + " \"slot.invalid:1\"";
  private static final String UNTRACKED =
      " sessions and the stick-table has no entry, so that a drain waits for no session: name the"
          + " application's session cookie in \"stick store-request\" and \"stick store-response\","
          + " or remove the table";
  private static final String COOKIE =
      " has a cookie of its own, so that the next member of the slot gets the clients of the last: remove \"cookie\" from the"
          + " servers, and add \"dynamic\" to the cookie of the backend, with a"
          + " \"dynamic-cookie-key\"";
  private static final String NO_TABLE =
      ", and no stick-table of the backend tracks"
          + " their sessions, so that a drain moves them as soon as no request runs: add"
          + " \"stick-table\", \"stick store-request\" and \"stick store-response\"";

  private static final List<SlotFault> SLOT_FAULTS =
      List.of(
          new SlotFault(Fault.UNCHECKED, slot -> !slot.report().checked(), UNCHECKED),
          new SlotFault(Fault.TRACKING, slot -> slot.report().tracks() != null, TRACKING),
          new SlotFault(Fault.WEIGHTLESS, PoolConfiguration::isWeightless, WEIGHTLESS),
          new SlotFault(Fault.BACKUP_SLOTS, slot -> slot.configured().backup(), BACKUP),
          new SlotFault(Fault.PORTLESS, slot -> slot.configured().portless(), PORTLESS),
          new SlotFault(Fault.STATIC_COOKIE, slot -> slot.configured().cookie() != null, COOKIE));

  /** What is wrong with a slot, said of the first one. */
  private record SlotFault(Fault fault, Predicate<Slot> concerned, String text) {}

  private PoolConfiguration() {}

  /**
   * What the configuration file and the admin socket show; nothing while HAProxy is unreachable.
   * Servers that are not slots are the operator's: a sorry server needs no check.
   *
   * @param pools what is known of each
   * @param roster as it was read last, also if Serf is away; null while none was ever read
   */
  static List<ConfigurationFinding> findings(
      HaproxyState haproxy, List<PlannerInput> pools, @Nullable Roster roster) {
    Snapshot snapshot = haproxy.snapshot();
    if (snapshot == null || !haproxy.reachable()) {
      return List.of();
    }
    var findings = new ArrayList<>(snapshot.configuration());
    for (PlannerInput pool : pools) {
      String backend = pool.policy().backend();
      findings.addAll(others(pool, haproxy.slots(backend) != null, roster));
      // of one fault the configuration file says more than the socket
      findings(backend, pool.slots().values(), snapshot.backends().get(backend)).stream()
          .filter(finding -> findings.stream().noneMatch(finding::isSame))
          .forEach(findings::add);
    }
    return findings;
  }

  /** What members lack because of servers that are not slots, or because there are no servers. */
  private static List<ConfigurationFinding> others(
      PlannerInput view, boolean read, @Nullable Roster roster) {
    String pool = view.policy().backend();
    if (read && view.slots().isEmpty() && view.policy().growTo() == 0) {
      return List.of(new ConfigurationFinding(Fault.NO_SLOTS, pool, NO_SLOTS));
    }
    var findings = new ArrayList<ConfigurationFinding>();
    for (String name : view.memory().waiting().keySet()) {
      Member member = roster == null ? null : roster.get(name);
      Slot server = member == null ? null : view.unmanagedAt(view.endpoint(member));
      if (server != null && server.admin() == Slot.Admin.MAINT) {
        findings.add(
            new ConfigurationFinding(
                Fault.SERVER_DISABLED,
                pool,
                ("%s is the server of %s in haproxy.cfg and in maintenance, so that it gets no"
                        + " requests: enable it, or remove its line so that the member gets a slot")
                    .formatted(server.id().server(), Sanitizer.line(name, 40))));
      }
    }
    return findings;
  }

  /** Something cannot work; otherwise it works less well than it could. */
  static boolean degrades(ConfigurationFinding finding) {
    return switch (finding.fault()) {
      case NOT_ADMIN,
          UNPUBLISHED,
          UNCHECKED,
          TRACKING,
          WEIGHTLESS,
          BACKUP_SLOTS,
          PORTLESS,
          NO_SLOTS,
          SERVER_DISABLED,
          STATE_FILE_UNUSED,
          UNREADABLE ->
          true;
      case STATIC_BALANCE,
          NO_SERVER_KEYS,
          SESSIONS_UNTRACKED,
          ADDRESSES_NOT_RESTORED,
          TABLE_UNEXAMINED,
          STATIC_COOKIE,
          SLOT_NAMED,
          NOT_IN_FILE ->
          false;
    };
  }

  /** A complete sentence. */
  static String sentence(ConfigurationFinding finding) {
    return finding.pool() == null ? finding.text() : finding.pool() + ": " + finding.text();
  }

  /**
   * The findings for a pool.
   *
   * @param slots as they were read last
   * @param backend null if nothing is reported of it
   */
  static List<ConfigurationFinding> findings(
      String pool, Collection<Slot> slots, @Nullable BackendReport backend) {
    var findings = new ArrayList<ConfigurationFinding>();
    BiConsumer<Fault, String> add =
        (fault, text) -> findings.add(new ConfigurationFinding(fault, pool, text));
    if (backend != null && backend.unpublished()) {
      add.accept(
          Fault.UNPUBLISHED,
          "the backend is not published, so that no frontend sends it requests: \"publish backend\""
              + " on the admin socket");
    }
    for (SlotFault each : SLOT_FAULTS) {
      slots.stream()
          .filter(each.concerned)
          .findFirst()
          .ifPresent(slot -> add.accept(each.fault, slot.id().server() + each.text));
    }
    if (backend != null && untracked(backend) && anyInRotation(slots)) {
      add.accept(Fault.SESSIONS_UNTRACKED, backend.sessions() + UNTRACKED);
    }
    if (backend != null && !backend.cookie().isEmpty() && backend.tracked() == null) {
      add.accept(
          Fault.SESSIONS_UNTRACKED,
          "clients stay with their server by the cookie " + backend.cookie() + NO_TABLE);
    }
    return findings;
  }

  private static boolean isWeightless(Slot slot) {
    return slot.admin() == Slot.Admin.READY
        && slot.weight() == 0
        && slot.configured().weight() == 0;
  }

  /** Sessions that were answered 503 leave no entry. */
  private static boolean anyInRotation(Collection<Slot> slots) {
    return slots.stream().anyMatch(slot -> slot.admin() == Slot.Admin.READY && slot.running());
  }

  private static boolean untracked(BackendReport backend) {
    return backend.tracked() != null
        && backend.tracked() == 0
        && backend.sessions() >= ENOUGH_SESSIONS;
  }
}
