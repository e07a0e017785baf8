package io.rollcall.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Component;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Status;
import io.rollcall.http.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static Status.MemberRow row(
      String name, MemberState state, MemberStatus gossip, int seconds) {
    return row(name, state, gossip, seconds, false, null, "L7OK");
  }

  private static Status.MemberRow row(
      String name,
      MemberState state,
      MemberStatus gossip,
      int seconds,
      boolean held,
      @Nullable String intent,
      @Nullable String check) {
    return new Status.MemberRow(
        name,
        "127.0.0.11",
        3000,
        "slot1",
        state,
        NOW.minusSeconds(seconds),
        "why",
        held,
        intent,
        gossip,
        check,
        Map.of(),
        100,
        Status.SessionCounts.UNKNOWN,
        null,
        null,
        Samples.reason(state),
        null,
        null);
  }

  /** Rows are {@code STATE/GOSSIP/SECONDS}, named a, b, c and so on. */
  private static List<Status.MemberRow> rows(String text) {
    var rows = new ArrayList<Status.MemberRow>();
    for (String part : text.strip().split(" +", -1)) {
      String[] parts = part.split("/", -1);
      rows.add(
          row(
              String.valueOf((char) ('a' + rows.size())),
              MemberState.valueOf(parts[0]),
              MemberStatus.valueOf(parts[1]),
              Integer.parseInt(parts[2])));
    }
    return rows;
  }

  private static Status status(
      @Nullable Integer free, List<Status.MemberRow> rows, boolean serfReachable) {
    return new Status(
        NOW,
        new Status.Balancer("ha", "1", NOW, BalancerState.IN_SYNC, List.of(), List.of()),
        new Status.SerfStatus(serfReachable, 1, 1, 0, 0, 0, true, true, NOW, NOW),
        new Status.HaproxyStatus(true, "2.6", 1, 1L, 1, 1, 0, NOW),
        List.of(
            new Status.PoolStatus(
                "nodes",
                false,
                new Status.SlotCounts(free == null ? null : 4, free, rows.size()),
                new Status.DriftCount(7, 5),
                rows)),
        List.of(),
        List.of());
  }

  private static Findings findings(
      @Nullable Integer free, List<Status.MemberRow> rows, boolean serfReachable) {
    Status status = status(free, rows, serfReachable);
    return Findings.of(status, Map.of(), Map.of("nodes", 0.5), NOW);
  }

  private static String failing(@Nullable Integer free, List<Status.MemberRow> rows) {
    return names(findings(free, rows, true).failing().keySet());
  }

  private static String names(Collection<AlertKey> keys) {
    return keys.stream()
        .map(key -> key.kind() + (key.name() == null ? "" : ":" + key.name()))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static Finding finding(Findings findings, AlertKey key) {
    return Objects.requireNonNull(findings.failing().get(key), findings::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SERVING/ALIVE/9 SERVING/ALIVE/9                        | ''
          SERVING/ALIVE/9 DOWN/ALIVE/9                           | MEMBER:b
          SERVING/ALIVE/9 SUSPECT/FAILED/9                       | MEMBER:b
          SERVING/ALIVE/9 DOWN/ALIVE/9 DOWN/ALIVE/9              | LOW_CAPACITY MEMBER:b MEMBER:c
          SERVING/ALIVE/9 SERVING/ALIVE/9 DOWN/ALIVE/9 DOWN/ALIVE/9 | MEMBER:c MEMBER:d
          DOWN/ALIVE/9 DOWN/FAILED/9                             | MEMBER:a MEMBER:b NO_SERVER_UP
          SERVING/ALIVE/9 FAILED/FAILED/9                        | MEMBER:b
          SERVING/ALIVE/9 UNKNOWN/ALIVE/9                        | ''
          SERVING/ALIVE/9 PARKED/LEFT/9                          | ''
          SERVING/ALIVE/9 DRAINING/ALIVE/9                       | ''
          SERVING/ALIVE/9 DRAINING/FAILED/9                      | MEMBER:b
          PARKED/LEFT/9                                          | NO_SERVER_UP
          MAINT/ALIVE/9                                          | NO_SERVER_UP
          JOINING/ALIVE/9 WAITING/ALIVE/9                        | ''
          JOINING/ALIVE/60                                       | MEMBER:a NO_SERVER_UP
          JOINING/FAILED/9                                       | MEMBER:a
          WAITING/ALIVE/60                                       | NO_SERVER_UP
          REFUSED/ALIVE/90                                       | ''
          """)
  void findsWhatFails(String rows, String expected) {
    assertEquals(expected, failing(1, rows(rows)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DOWN     | ALIVE  | L4CON | down      | L4CON
          DOWN     | ALIVE  |       | down      | why
          DOWN     | FAILED | L4CON | failed    | failed in gossip, check L4CON
          DOWN     | FAILED |       | failed    | failed in gossip, check unknown
          SUSPECT  | FAILED | L7OK  | suspect   | failed in gossip, check still passes
          FAILED   | FAILED | L4CON | failed    | why
          DRAINING | FAILED | L4CON | failed    | why
          JOINING  | FAILED | L4CON | failed    | failed in gossip while joining
          JOINING  | ALIVE  | L7STS | not ready | joining since 2026-11-22T09:58:20Z, check L7STS
          """)
  void describesAFailedMember(
      MemberState state, MemberStatus gossip, String check, String failure, String cause) {
    var rows = List.of(row("a", state, gossip, 100, false, null, check));
    assertEquals(
        new Finding(failure, cause),
        finding(findings(1, rows, true), AlertKey.member("nodes", "a")));
  }

  @ParameterizedTest
  @CsvSource({
    "SERVING, ALIVE, , true, serving",
    "JOINING, ALIVE, , false, joining",
    "WAITING, ALIVE, , false, waiting for a slot",
    "REFUSED, ALIVE, , false, refused",
    "MAINT, ALIVE, maint (alice), false, in maintenance",
    "DRAINING, LEFT, , false, leaving as planned",
    "DRAINING, ALIVE, drain (alice), false, draining by operator",
    "PARKED, LEFT, , false, left as planned",
    "PARKED, FAILED, drain (alice), false, drained by operator",
  })
  void describesAMemberThatDoesNotFail(
      MemberState state, MemberStatus gossip, String intent, boolean recovered, String text) {
    var rows = List.of(row("a", state, gossip, 9, false, intent, "L7OK"));
    assertEquals(
        new Resolution(recovered, text),
        findings(1, rows, true).resolution(AlertKey.member("nodes", "a")));
  }

  @Test
  void tellsACrashFromAPlannedLeaveIfNoServerIsUp() {
    var rows =
        rows(
            "DOWN/ALIVE/9 DOWN/FAILED/9 PARKED/LEFT/9 PARKED/LEFT/9 PARKED/LEFT/9 PARKED/LEFT/9"
                + " PARKED/LEFT/9");
    Finding finding =
        finding(findings(1, rows, true), AlertKey.pool(AlertKind.NO_SERVER_UP, "nodes"));
    assertEquals("no server up", finding.state());
    assertEquals(
        "1 down (a), 1 failed (b), 5 left as planned (c, d, e and 2 more)", finding.cause());
  }

  @Test
  void countsTheServersThatAreUp() {
    var rows = rows("SERVING/ALIVE/9 DOWN/ALIVE/9 FAILED/FAILED/9 PARKED/LEFT/9 JOINING/ALIVE/90");
    AlertKey low = AlertKey.pool(AlertKind.LOW_CAPACITY, "nodes");
    assertEquals(
        new Finding("low capacity", "1 of 3 members up"), finding(findings(1, rows, true), low));
    Findings healthy = findings(1, rows("SERVING/ALIVE/9 DOWN/ALIVE/9"), true);
    assertEquals(Resolution.recovered("1 of 2 members up"), healthy.resolution(low));
    assertEquals(
        Resolution.recovered("1 of 2 members up"),
        healthy.resolution(AlertKey.pool(AlertKind.NO_SERVER_UP, "nodes")));
  }

  @Test
  void reportsNothingOfAPoolThatIsEmptyOrUnread() {
    assertEquals("", failing(4, List.of()));
    var down = rows("DOWN/ALIVE/9");
    assertEquals("", failing(null, down));
    Findings unread = findings(null, down, true);
    assertEquals(Set.of("nodes"), unread.unreadPools());
    assertTrue(unread.isUnknown(AlertKey.member("nodes", "a")));
    assertFalse(unread.isUnknown(AlertKey.component(Component.SERF)));
    assertEquals(Map.of(), unread.healthy());
  }

  /** The last member may have been forgotten after its hour. */
  @Test
  void doesNotKnowWhetherAPoolWithoutAServerHasRecovered() {
    Findings empty = findings(4, List.of(), true);
    assertEquals("LOW_CAPACITY NO_SERVER_UP", names(empty.unknown()));
    assertTrue(empty.isUnknown(AlertKey.pool(AlertKind.NO_SERVER_UP, "nodes")));
    assertEquals(
        "LOW_CAPACITY NO_SERVER_UP", names(findings(3, rows("JOINING/ALIVE/9"), true).unknown()));
    assertEquals("", names(findings(3, rows("SERVING/ALIVE/9"), true).unknown()));
  }

  @Test
  void doesNotKnowMembersOutOfRotationWhileSerfIsUnreachable() {
    var rows = rows("SERVING/UNKNOWN/9 PARKED/UNKNOWN/9 DOWN/UNKNOWN/9 DRAINING/UNKNOWN/9");
    Findings findings = findings(1, rows, false);
    assertEquals("LOW_CAPACITY MEMBER:b MEMBER:d", names(findings.unknown()));
    assertEquals("MEMBER:c", names(findings.failing().keySet()));
    assertEquals("", names(findings(1, rows, true).unknown()));
  }

  @Test
  void reportsMembersThatWaitWhileNoSlotIsFree() {
    var rows = rows("SERVING/ALIVE/9 WAITING/ALIVE/9");
    AlertKey full = AlertKey.pool(AlertKind.NO_FREE_SLOT, "nodes");
    assertEquals("NO_FREE_SLOT", failing(0, rows));
    assertEquals(
        new Finding("no free slot", "b waits for one"), finding(findings(0, rows, true), full));
    var more = rows("SERVING/ALIVE/9 WAITING/ALIVE/9 WAITING/ALIVE/9");
    assertEquals("b, c wait for one", finding(findings(0, more, true), full).cause());
    var three = rows("WAITING/ALIVE/9 WAITING/ALIVE/9 WAITING/ALIVE/9");
    assertEquals("a, b, c wait for one", finding(findings(0, three, true), full).cause());
    assertEquals("", failing(1, rows));
    assertEquals("", failing(0, List.of(rows.getFirst(), starting("b"))));
    assertEquals("no member waiting for a slot", findings(1, rows, true).resolution(full).state());
  }

  private static Status.MemberRow starting(String name) {
    Status.MemberRow row = Samples.UNKNOWN;
    return new Status.MemberRow(
        name,
        row.address(),
        row.port(),
        row.slot(),
        row.state(),
        NOW.minusSeconds(90),
        "application is starting",
        false,
        null,
        MemberStatus.ALIVE,
        null,
        Map.of(),
        null,
        row.sessions(),
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void reportsNoMemberThatAnObservedPoolDoesNotPutIn() {
    Findings out = observed(List.of(starting("a"), starting("b")));
    assertEquals("", names(out.failing().keySet()));
    Findings down =
        observed(List.of(starting("a"), row("b", MemberState.DOWN, MemberStatus.ALIVE, 90)));
    assertEquals("MEMBER:b NO_SERVER_UP", names(down.failing().keySet()));
  }

  private static Findings observed(List<Status.MemberRow> rows) {
    Status one = status(0, rows, true);
    Status.PoolStatus pool = one.pools().getFirst();
    var observed =
        new Status.PoolStatus(
            pool.backend(), false, pool.slots(), pool.drift(), rows, 0, true, List.of());
    return Findings.of(
        new Status(
            NOW,
            one.balancer(),
            one.serf(),
            one.haproxy(),
            List.of(observed),
            List.of(),
            List.of()),
        Map.of(),
        Map.of("nodes", 0.5),
        NOW);
  }

  @Test
  void reportsHeldRemovals() {
    var rows =
        List.of(
            row("a", MemberState.SERVING, MemberStatus.ALIVE, 9),
            row("b", MemberState.SUSPECT, MemberStatus.FAILED, 9, true, null, "L7OK"));
    AlertKey held = AlertKey.pool(AlertKind.REMOVALS_HELD, "nodes");
    assertEquals(new Finding("removals held", "b: why"), finding(findings(1, rows, true), held));
    assertEquals(
        Resolution.recovered("removals no longer held"),
        findings(1, rows("SERVING/ALIVE/9"), true).resolution(held));
  }

  @Test
  void reportsComponentsEvenBeforeThePoolsAreKnown() {
    Status status = status(1, rows("DOWN/ALIVE/9"), true);
    var components = Map.of(Component.SERF, "connection refused");
    Findings early = Findings.componentsOnly(status, components);
    AlertKey serf = AlertKey.component(Component.SERF);
    assertEquals(Map.of(serf, new Finding("failed", "connection refused")), early.failing());
    assertTrue(early.isUnknown(AlertKey.member("nodes", "a")));
    Findings all = Findings.of(status, components, Map.of(), NOW);
    assertEquals("COMPONENT:SERF MEMBER:a NO_SERVER_UP", names(all.failing().keySet()));
    assertFalse(all.isUnknown(AlertKey.member("nodes", "a")));
  }

  @Test
  void resolvesWhatIsInNoStatusAnyMore() {
    Findings findings = findings(1, rows("SERVING/ALIVE/9"), true);
    assertEquals(
        Resolution.outOfService("no longer in the pool"),
        findings.resolution(AlertKey.member("nodes", "z")));
    assertEquals(
        Resolution.outOfService("no longer configured"),
        findings.resolution(AlertKey.pool(AlertKind.REMOVALS_HELD, "old")));
    assertTrue(findings.resolution(AlertKey.component(Component.SERF)).recovered());
    assertTrue(findings.resolution(AlertKey.pool(AlertKind.DRIFT, "nodes")).recovered());
  }

  @Test
  void countsTheDriftOfEachPool() {
    assertEquals(Map.of("nodes", 7L), DriftHistory.counts(status(1, List.of(), true)));
  }
}
