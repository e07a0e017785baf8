package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Component;
import io.rollcall.core.control.Controller;
import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.control.State;
import io.rollcall.core.model.AgentSecurity;
import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OldWorker;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.plan.ModelPool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The status of a state that the controller came to. */
final class StatusOfStateTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static final HaproxyInfo INFO = new HaproxyInfo("3.0.1", 7, 100, false, 4, 5);

  private PoolPolicy policy = ModelPool.POLICY;
  private boolean listReadable = true;
  private State state = State.initial(START);
  private Instant now = START;
  private final List<Slot> slots = new ArrayList<>();
  private List<ConfigurationFinding> findings = List.of();
  private final List<Member> members = new ArrayList<>();

  private ControllerSettings settings() {
    return new ControllerSettings(List.of(policy), listReadable, SECOND, SECOND, SECOND);
  }

  private void on(Input input) {
    state = new Controller(settings()).on(state, input, now).state();
  }

  private Status status() {
    return new StatusBuilder(settings(), "1", START, time -> time)
        .build(state, List.of(), null, now);
  }

  private void member(String name, MemberStatus gossip, String role) {
    members.add(
        new Member(
            name,
            Endpoint.of("10.0.0." + (members.size() + 1), 1).ip(),
            gossip,
            Map.of("role", role, "boot", "1")));
  }

  private void slot(String name, Slot.Admin admin, boolean running) {
    var id = new SlotId("nodes", name);
    var load = new Slot.Load(0, 0, 0, 0, 0, 0);
    Endpoint endpoint = admin == Slot.Admin.MAINT ? null : Endpoint.of("10.0.0.1", 3000);
    slots.add(new Slot(id, slots.size() + 1, endpoint, admin, running, 100, "L7OK", load));
  }

  /** All that is asked for is answered, until nothing is left to do. */
  private void settle() {
    for (int i = 0; i < 20; i++) {
      switch (state.cycle().phase()) {
        case READING_MEMBERS ->
            on(
                new MemberInput.MembersRead(
                    state.cycle().number(),
                    Roster.of(members),
                    "ha",
                    2,
                    new AgentSecurity(true, false)));
        case READING_SLOTS ->
            on(
                new HaproxyInput.SlotsRead(
                    state.cycle().number(),
                    new Snapshot(
                        true,
                        Set.of(),
                        INFO,
                        Map.of("nodes", slots),
                        List.of(),
                        Map.of(),
                        findings,
                        List.of(new OldWorker(6, START, true))),
                    Map.of()));
        case SENDING, IDLE, STARTING -> i = 20;
      }
    }
  }

  private void start() {
    on(new Input.StateLoaded(SavedState.EMPTY));
    on(new HaproxyInput.Connected(INFO));
    on(new MemberInput.AgentConnected());
    settle();
  }

  /** State, health and reasons, then each problem. */
  private static String text(Status status) {
    Status.Balancer balancer = status.balancer();
    var lines = new ArrayList<String>();
    lines.add(balancer.state() + ", " + balancer.health() + " " + balancer.reasons());
    for (StatusProblem problem : balancer.problems()) {
      lines.add(
          "%s %s %s %s: %s: %s (%s)"
              .formatted(
                  problem.severity(),
                  problem.reason(),
                  problem.pool(),
                  problem.members(),
                  problem.title(),
                  problem.detail(),
                  problem.command()));
    }
    return String.join("\n", lines) + "\n";
  }

  private void cluster() {
    member("ha", MemberStatus.ALIVE, "balancer");
    member("ha2", MemberStatus.ALIVE, "balancer");
    member("s1", MemberStatus.ALIVE, "backend");
    slot("slot1", Slot.Admin.MAINT, false);
  }

  @Test
  void showsBothSourcesWhileTheyAreThere() {
    cluster();
    member("s2", MemberStatus.LEFT, "backend");
    member("s3", MemberStatus.LEAVING, "backend");
    member("s4", MemberStatus.FAILED, "backend");
    assertEquals(
        new Status.HaproxyStatus(false, null, null, null, null, null, 0, null, List.of()),
        status().haproxy());
    start();
    assertEquals(
        new Status.SerfStatus(true, 6, 3, 1, 2, 2, false, true, null, START), status().serf());
    assertEquals(
        new Status.HaproxyStatus(true, "3.0.1", 7, 100L, 4, 5, 0, START, List.of(6)),
        status().haproxy());
    assertEquals(
        List.of(new Status.PeerBalancer("ha2", "10.0.0.2", MemberStatus.ALIVE, null)),
        status().fleet());
    assertEquals(
        """
        CONVERGING, WARNING [nodes: no members]
        WARNING POOL_EMPTY nodes []: no members:  (serf members)
        """,
        text(status()));
  }

  @Test
  void showsNothingOfASourceThatIsAway() {
    cluster();
    start();
    on(new HaproxyInput.Disconnected("gone"));
    on(new MemberInput.AgentDisconnected("away"));
    on(new Input.HealthReported(Component.MAIL, "no mail"));
    now = now.plusSeconds(3);
    assertEquals(
        new Status.SerfStatus(false, null, null, null, null, null, null, null, null, START),
        status().serf());
    assertEquals(
        new Status.HaproxyStatus(false, null, null, null, null, null, 0, START, List.of()),
        status().haproxy());
    assertEquals(
        List.of(new Status.PeerBalancer("ha2", "10.0.0.2", MemberStatus.UNKNOWN, null)),
        status().fleet());
    assertEquals(
        """
        DEGRADED, CRITICAL [gone, away, no mail]
        CRITICAL HAPROXY_UNREACHABLE null []: HAProxy's admin socket is unreachable: gone (systemctl status haproxy)
        WARNING SERF_UNREACHABLE null []: the Serf agent is unreachable by RPC: away (systemctl status serf)
        WARNING MAIL_UNDELIVERED null []: mail is not delivered: no mail (rollcall alert test mail)
        """,
        text(status()));
  }

  @Test
  void namesWhatTheConfigurationKeepsFromWorkingTheWorstFirst() {
    cluster();
    findings =
        List.of(
            finding(ConfigurationFinding.Fault.STATIC_BALANCE, "nodes", "static"),
            finding(ConfigurationFinding.Fault.STATE_FILE_UNUSED, null, "file"),
            finding(ConfigurationFinding.Fault.UNPUBLISHED, "nodes", "unpublished"));
    start();
    assertEquals(
        """
        DEGRADED, CRITICAL [nodes: unpublished, file, nodes: no members, nodes: static]
        CRITICAL POOL_MISCONFIGURED nodes []: unpublished:  (rollcall doctor)
        WARNING POOL_MISCONFIGURED null []: file:  (rollcall doctor)
        WARNING POOL_EMPTY nodes []: no members:  (serf members)
        """,
        text(status()));
  }

  private static ConfigurationFinding finding(
      ConfigurationFinding.Fault fault, @Nullable String pool, String text) {
    return new ConfigurationFinding(fault, pool, text);
  }

  @Test
  void namesEveryComponentThatDoesNotWork() {
    cluster();
    start();
    for (Component component : Component.values()) {
      on(new Input.HealthReported(component, "line of " + component));
    }
    assertEquals(
        """
        [HAPROXY_UNREACHABLE line of HAPROXY, \
        POOL_MISCONFIGURED line of POOLS, \
        STEP_REFUSED line of PLAN, \
        SERF_UNREACHABLE line of SERF, \
        PIPE_UNREADABLE line of PIPE, \
        STATE_FILE_UNWRITABLE line of STATE_FILE, \
        MEMORY_UNWRITABLE line of MEMORY, \
        JOURNAL_UNWRITABLE line of JOURNAL, \
        MAIL_UNDELIVERED line of MAIL]\
        """,
        status().balancer().problems().stream()
            .filter(problem -> !problem.detail().isEmpty())
            .map(problem -> problem.reason() + " " + problem.detail())
            .toList()
            .toString());
  }

  private void observe() {
    policy =
        new PoolPolicy(
            "nodes",
            Map.of("role", "backend"),
            3000,
            SECOND,
            SECOND,
            SECOND,
            0.5,
            0,
            "check",
            SECOND,
            true);
  }

  private static String rows(Status status) {
    return status.pools().getFirst().members().stream()
        .map(row -> row.name() + " " + row.state() + " " + row.reason() + ": " + row.why())
        .toList()
        .toString();
  }

  @Test
  void doesNotCallAMemberWhoseApplicationStartsAProblemAlsoWhileTheAgentIsAway() {
    cluster();
    var starting =
        new Member(
            "s1",
            members.getLast().ip(),
            MemberStatus.ALIVE,
            Map.of("role", "backend", "boot", "1", "state", "starting"));
    members.set(members.size() - 1, starting);
    start();
    String waits = "[s1 WAITING null: application is starting]";
    assertEquals(waits, rows(status()));
    on(new MemberInput.AgentDisconnected("away"));
    assertEquals(waits, rows(status()));
  }

  @Test
  void isCalmAboutMembersThatAnObservedPoolDoesNotPutIn() {
    observe();
    cluster();
    start();
    assertEquals("IN_SYNC, OK []\n", text(status()));
    assertEquals("[s1 WAITING null: not put in: the pool is only observed]", rows(status()));
    assertTrue(Summary.of(status()).startsWith("nodes: only observed, 0 of 1 up, s1 waiting ("));
  }

  @Test
  void isNotCalmAboutAnObservedPoolWhoseMembersAreDown() {
    observe();
    member("ha", MemberStatus.ALIVE, "balancer");
    member("s1", MemberStatus.ALIVE, "backend");
    var load = new Slot.Load(0, 0, 0, 0, 0, 0);
    var at = Endpoint.of("10.0.0.2", 3000);
    var id = new SlotId("nodes", "slot1");
    slots.add(new Slot(id, 1, at, Slot.Admin.READY, true, 100, "L7OK", load));
    start();
    assertEquals("IN_SYNC, OK []\n", text(status()));
    slots.set(0, new Slot(id, 1, at, Slot.Admin.READY, false, 100, "L4CON", load));
    now = now.plusSeconds(2);
    on(new Input.Tick());
    settle();
    assertEquals(
        """
        DEGRADED, CRITICAL [nodes: no member is up, nodes: s1 down (L4CON)]
        CRITICAL POOL_DOWN nodes []: no member is up:  (rollcall members)
        WARNING MEMBER_DOWN nodes [s1]: s1 down: L4CON (curl -v -m 5 -o /dev/null http://10.0.0.2:3000/)
        """,
        text(status()));
  }

  @Test
  void plansAnObservedPoolAndSaysSo() {
    observe();
    cluster();
    start();
    Status.PoolStatus pool = status().pools().getFirst();
    assertTrue(pool.observe());
    assertEquals(
        List.of("slot1: s1: for 10.0.0.3:3000 (tracked sessions cleared, address 10.0.0.3:3000)"),
        pool.planned());
    on(new MemberInput.AgentDisconnected("away"));
    assertEquals(List.of(), status().pools().getFirst().planned());
  }

  @Test
  void takesThePipeForTheSourceWhereNoListCanBeRead() {
    listReadable = false;
    cluster();
    start();
    on(new MemberInput.PipeFailed("no pipe"));
    assertFalse(status().serf().reachable());
    on(new MemberInput.PipeOpened());
    assertTrue(status().serf().reachable());
  }
}
