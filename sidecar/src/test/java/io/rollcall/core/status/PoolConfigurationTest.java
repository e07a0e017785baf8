package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.HaproxyState;
import io.rollcall.core.control.PlannerInputs;
import io.rollcall.core.control.State;
import io.rollcall.core.model.BackendReport;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.ServerReport;
import io.rollcall.core.model.ServerReport.CheckResult;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.ModelPool;
import io.rollcall.core.plan.PlannerInput;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolConfigurationTest {
  private static final int CHECKED = 6;

  @Test
  void findsNothingWhereAllWorks() {
    assertEquals(List.of(), faults(CHECKED, null, backend("UP", 1000, 1L)));
    assertEquals(List.of(), faults(CHECKED, null, backend("UP", 1000, null)));
    assertEquals(List.of(), faults(CHECKED, null, backend("DOWN", 19, 0L)));
    assertEquals(List.of(), faults(CHECKED, null, null));
  }

  @Test
  void findsWhatKeepsAPoolFromWorking() {
    assertEquals(List.of(Fault.UNCHECKED), faults(0, null, null));
    assertEquals(List.of(Fault.TRACKING), faults(0, "other/s1", null));
    assertEquals(List.of(Fault.SESSIONS_UNTRACKED), faults(CHECKED, null, backend("UP", 20, 0L)));
    assertEquals(List.of(Fault.UNPUBLISHED), faults(CHECKED, null, backend("UP (UNPUB)", 0, null)));
  }

  @Test
  void saysThatADrainDoesNotWaitForVisitorsThatNoTableTracks() {
    var sticky = new BackendReport("UP", "roundrobin", "http", "SHOPLB", 0, null);
    List<ConfigurationFinding> findings = PoolConfiguration.findings("nodes", List.of(), sticky);
    assertEquals(
        List.of(Fault.SESSIONS_UNTRACKED),
        findings.stream().map(ConfigurationFinding::fault).toList());
    assertTrue(findings.getFirst().text().contains("by the cookie SHOPLB"), findings::toString);
    assertEquals(List.of(), PoolConfiguration.findings("nodes", List.of(), sticky.withTracked(0L)));
  }

  @Test
  void expectsNoSessionsOfRequestsThatNoServerAnswered() {
    assertEquals(
        List.of(), PoolConfiguration.findings("nodes", List.of(), backend("DOWN", 30, 0L)));
  }

  @Test
  void expectsNoCheckOfAServerThatIsNotASlot() {
    Slot slot = server("slot1", 100, CHECKED, new Slot.Configured("slot.invalid", 100));
    Slot sorry = server("sorry", 100, 0, new Slot.Configured(null, 100, true));
    assertEquals(List.of(), faults(slot, sorry));
    assertEquals(List.of(Fault.NO_SLOTS), faults(sorry));
    Slot unchecked = server("slot1", 100, 0, new Slot.Configured("slot.invalid", 100));
    assertEquals(List.of(Fault.UNCHECKED), faults(unchecked, sorry));
  }

  @Test
  void findsSlotsThatKeepTheClientsOfTheLastMember() {
    var configured = new Slot.Configured("slot.invalid", 100, false, "c1", false);
    Slot slot = server("slot1", 100, CHECKED, configured);
    assertEquals(List.of(Fault.STATIC_COOKIE), faults(slot));
    ConfigurationFinding found =
        PoolConfiguration.findings("nodes", List.of(slot), null).getFirst();
    assertFalse(PoolConfiguration.degrades(found));
    assertTrue(found.text().startsWith("slot1 has a cookie of its own"), found::text);
    Slot sorry = server("sorry", 100, CHECKED, new Slot.Configured(null, 100, true, "s", true));
    Slot fine = server("slot1", 100, CHECKED, new Slot.Configured("slot.invalid", 100));
    assertEquals(List.of(), faults(fine, sorry));
  }

  @Test
  void findsABackendWithoutServers() {
    assertEquals(List.of(Fault.NO_SLOTS), faults());
  }

  @Test
  void findsSlotsWithoutAPort() {
    var configured = new Slot.Configured("slot.invalid", 100, false, null, true);
    assertEquals(List.of(Fault.PORTLESS), faults(server("slot1", 100, CHECKED, configured)));
  }

  @Test
  void findsSlotsThatAreBackups() {
    var configured = new Slot.Configured("slot.invalid", 100, true);
    assertEquals(List.of(Fault.BACKUP_SLOTS), faults(server("slot1", 100, CHECKED, configured)));
  }

  @Test
  void findsTheDisabledServerOfAMemberThatWaitsForIt() {
    var at = Endpoint.of("10.0.0.1", 3000);
    Slot slot = server("slot1", 100, CHECKED, new Slot.Configured("slot.invalid", 100));
    for (Slot.Admin admin : Slot.Admin.values()) {
      var own =
          new Slot(
              new SlotId("nodes", "old"),
              9,
              at,
              admin,
              true,
              100,
              "",
              null,
              slot.report(),
              new Slot.Configured(null, 100));
      var s1 = new Member("s1", at.ip(), MemberStatus.ALIVE, Map.of("role", "backend"));
      var roster = Roster.of(List.of(s1));
      var view =
          PlannerInput.builder(Instant.EPOCH, ModelPool.POLICY)
              .roster(roster)
              .servers(Map.of(slot.id(), slot, own.id(), own))
              .memory(waiting("s1"))
              .build();
      assertEquals(
          admin == Slot.Admin.MAINT ? List.of(Fault.SERVER_DISABLED) : List.of(),
          PoolConfiguration.findings(seen(slot, own), List.of(view), roster).stream()
              .map(ConfigurationFinding::fault)
              .toList());
    }
  }

  @Test
  void saysOfAFaultOnceWhatTheFileSays() {
    var sticky = new BackendReport("UP", "roundrobin", "http", "LB", 0, null);
    var file = new ConfigurationFinding(Fault.SESSIONS_UNTRACKED, "nodes", "in another table");
    Slot slot = server("slot1", 100, CHECKED, new Slot.Configured("slot.invalid", 100));
    Snapshot read = Objects.requireNonNull(seen(slot).snapshot());
    var snapshot = read.with(Map.of("nodes", sticky)).with(List.of(file), List.of());
    var view =
        PlannerInput.builder(Instant.EPOCH, ModelPool.POLICY)
            .servers(Map.of(slot.id(), slot))
            .build();
    assertEquals(List.of(file), PoolConfiguration.findings(state(snapshot), List.of(view), null));
  }

  @Test
  void findsSlotsThatGetNoRequestsByTheirWeight() {
    var configured = new Slot.Configured("slot.invalid", 0);
    assertEquals(List.of(Fault.WEIGHTLESS), faults(server("slot1", 0, CHECKED, configured)));
    assertEquals(List.of(), faults(server("slot1", 50, CHECKED, configured)), "by a tag");
    Slot drained = server("slot1", 0, CHECKED, new Slot.Configured("slot.invalid", 100));
    assertEquals(List.of(), faults(drained), "by hand");
  }

  private static Slot server(String name, int weight, int check, Slot.Configured configured) {
    return new Slot(
        new SlotId("nodes", name),
        1,
        null,
        Slot.Admin.READY,
        true,
        weight,
        "L7OK",
        null,
        new ServerReport("UP", 0, 2, check, 0, CheckResult.NONE, CheckResult.NONE, null),
        configured);
  }

  private static List<Fault> faults(Slot... servers) {
    State none = State.initial(Instant.EPOCH);
    var state =
        new State(
            1,
            none.saved(),
            none.members(),
            seen(servers),
            none.health(),
            none.cycle(),
            none.actions(),
            none.refused(),
            none.probes(),
            none.drains());
    var view = PlannerInputs.of(state, ModelPool.POLICY, null, Instant.EPOCH);
    return PoolConfiguration.findings(state.haproxy(), List.of(view), null).stream()
        .map(ConfigurationFinding::fault)
        .toList();
  }

  private static PoolState waiting(String name) {
    var none = PoolState.EMPTY;
    var waiting = new PoolState.Waiting(Instant.EPOCH, "has a server", false);
    return new PoolState(
        none.occupants(),
        none.intents(),
        new TreeMap<>(Map.of(name, waiting)),
        none.known(),
        none.held(),
        none.released(),
        0,
        0);
  }

  private static HaproxyState seen(Slot... servers) {
    var info = new HaproxyInfo("2.6.12", 7, 1, false, 0, 0);
    return state(new Snapshot(true, info, Map.of("nodes", List.of(servers)), List.of()));
  }

  private static HaproxyState state(Snapshot seen) {
    return new HaproxyState(
        true, seen, Map.of(), null, 0, Set.of(), null, null, Set.of(), LocalAddresses.NONE);
  }

  private static BackendReport backend(String status, long sessions, @Nullable Long tracked) {
    return new BackendReport(status, "roundrobin", "http", "", sessions, tracked);
  }

  private static List<Fault> faults(
      int check, @Nullable String tracks, @Nullable BackendReport backend) {
    var slot =
        new Slot(
            new SlotId("nodes", "slot1"),
            1,
            null,
            Slot.Admin.READY,
            true,
            100,
            "L7OK",
            null,
            new ServerReport("UP", 0, 2, check, 0, CheckResult.NONE, CheckResult.NONE, tracks));
    return PoolConfiguration.findings("nodes", List.of(slot), backend).stream()
        .map(ConfigurationFinding::fault)
        .toList();
  }
}
