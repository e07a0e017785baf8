package io.rollcall.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.model.AddressRange;
import io.rollcall.core.model.Admission;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.NamePattern;
import io.rollcall.core.model.PoolOptions;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.status.PoolStatusBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may be a member of a pool. */
class AdmissionTest {
  private final ModelPool pool = new ModelPool(4);

  /** A balancer at 10.0.0.1 with an own page, a frontend on all addresses and one on a second. */
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,    9999, 10.0.0.1:9999 is the balancer itself",
    "10.0.0.2,    9999, 10.0.0.2:9999 is the balancer itself",
    "127.0.0.1,   9999, 127.0.0.1:9999 is the balancer itself",
    "10.0.0.2,    8080, 10.0.0.2:8080 is the balancer itself",
    "10.0.0.1,    3000,",
    "10.0.0.1,    8080,",
    "10.0.0.9,    9999,",
    "127.0.0.1,   3000, 'loopback address 127.0.0.1, but the own agent is at 10.0.0.1; pools[].allow does not name it'",
    "::1,         3000, 'loopback address ::1, but the own agent is at 10.0.0.1; pools[].allow does not name it'",
    "10.0.0.255,  3000, address 10.0.0.255 is reserved or a broadcast address",
    "255.255.255.255, 3000, address 255.255.255.255 is reserved or a broadcast address",
    "0.0.0.5,     3000, address 0.0.0.5 is reserved or a broadcast address",
  })
  void refusesTheBalancerItselfAndAddressesOfNoHost(String ip, int port, @Nullable String why) {
    LocalAddresses local = balancer("10.0.0.1");
    assertEquals(why, local.refusal("s1", Endpoint.of(ip, port), Admission.ANY));
  }

  @Test
  void acceptsLoopbackAddressesWhereTheOwnAgentHasOneOrTheyAreNamed() {
    var at = Endpoint.of("127.0.0.11", 3000);
    assertNull(balancer("127.0.0.1").refusal("s1", at, Admission.ANY));
    assertNull(LocalAddresses.NONE.refusal("s1", at, Admission.ANY), "the own agent is unknown");
    assertNull(balancer("10.0.0.1").refusal("s1", at, allowing("127.0.0.0/8")));
  }

  @Test
  void neverAcceptsTheBalancerItselfEvenIfItsRangeIsAllowed() {
    assertEquals(
        "10.0.0.1:9999 is the balancer itself",
        balancer("10.0.0.1").refusal("s1", Endpoint.of("10.0.0.1", 9999), allowing("10.0.0.0/8")));
  }

  @Test
  void showsARefusedMemberWithTheReason() {
    pool.policy =
        admitting(new Admission(ranges("10.0.0.0/28"), NamePattern.of("web-*").orElseThrow()));
    pool.join("web-1", 11);
    pool.join("web-2", 200);
    pool.join("db-1", 12);
    pool.settle();
    assertEquals(Set.of("web-1"), pool.serving());
    assertEquals(
        Map.of(
            "web-2", "address 10.0.0.200 is in no range of pools[].allow",
            "db-1", "its name does not match pools[].names"),
        reasons());
    assertEquals(
        Map.of(
            "web-1",
            MemberState.SERVING,
            "web-2",
            MemberState.REFUSED,
            "db-1",
            MemberState.REFUSED),
        states());
    assertEquals(2, pool.notes.stream().filter(event -> event.kind() == EventKind.REFUSED).count());
  }

  @Test
  void drainsAMemberThatIsNoLongerAllowed() {
    pool.join("s1", 11);
    pool.join("s2", 12);
    pool.settle();
    pool.policy = admitting(new Admission(ranges("10.0.0.12"), null));
    pool.running(ModelPool.slot(1), 1);
    pool.settle();
    assertEquals(MemberState.DRAINING, states().get("s1"));
    pool.running(ModelPool.slot(1), 0);
    pool.wait(Duration.ofSeconds(31));
    assertEquals(Set.of("s2"), pool.serving());
    assertEquals(MemberState.REFUSED, states().get("s1"));
  }

  private Map<String, MemberState> states() {
    var states = new HashMap<String, MemberState>();
    PoolStatusBuilder.of(pool.view())
        .members()
        .forEach(member -> states.put(member.name(), member.state()));
    return states;
  }

  private Map<String, String> reasons() {
    var reasons = new HashMap<String, String>();
    pool.memory.waiting().forEach((name, waiting) -> reasons.put(name, waiting.why()));
    return reasons;
  }

  private static LocalAddresses balancer(String agent) {
    return new LocalAddresses(
        new Member(
            "lb1", InetAddress.ofLiteral(agent), MemberStatus.ALIVE, Map.of("role", "balancer")),
        Set.of(InetAddress.ofLiteral("10.0.0.2")),
        Set.of(InetAddress.ofLiteral("10.0.0.255")),
        Set.of(Endpoint.of("0.0.0.0", 9999), Endpoint.of("10.0.0.2", 8080)));
  }

  private static Admission allowing(String... texts) {
    return new Admission(ranges(texts), null);
  }

  private static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).map(text -> AddressRange.of(text).orElseThrow()).toList();
  }

  private static PoolPolicy admitting(Admission admission) {
    return ModelPool.POLICY.with(PoolOptions.DEFAULT.with(admission, 0));
  }
}
