package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.control.ViewDigest;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import io.rollcall.core.plan.ModelPool;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTest {
  private static final List<PoolPolicy> POOLS = List.of(ModelPool.POLICY);
  private static final Member S1 = backend("s1", "10.0.0.1", Map.of("boot", "b1"));
  private static final Member S2 = backend("s2", "10.0.0.2", Map.of("boot", "b1"));
  private static final Roster BOTH = Roster.of(List.of(S1, S2));
  private static final String VIEW = ViewDigest.of(BOTH, POOLS);

  private static Member backend(String name, String ip, Map<String, String> more) {
    var tags = new HashMap<>(Map.of("role", "backend"));
    tags.putAll(more);
    return new Member(name, InetAddress.ofLiteral(ip), MemberStatus.ALIVE, tags);
  }

  private static Member balancer(String name, MemberStatus gossip, String view) {
    return new Member(
        name,
        InetAddress.ofLiteral("10.0.0.9"),
        gossip,
        Map.of("role", "balancer", Fleet.VIEW, view));
  }

  private static @Nullable Boolean agrees(Member peer, @Nullable String own) {
    return Fleet.of(BOTH.with(peer), "ha", own).getFirst().agrees();
  }

  @Test
  void seesTheSameInEqualLists() {
    assertEquals(VIEW, ViewDigest.of(Roster.of(List.of(S2, S1)), POOLS));
    assertEquals(16, VIEW.length());
  }

  @Test
  void seesAnotherMemberAnotherAddressAndAnotherTag() {
    for (Member other :
        List.of(
            backend("s3", "10.0.0.3", Map.of()),
            backend("s2", "10.0.0.3", Map.of("boot", "b1")),
            backend("s2", "10.0.0.2", Map.of("boot", "b2")),
            backend("s2", "10.0.0.2", Map.of("boot", "b1", "port", "3001")),
            S2.with(MemberStatus.FAILED))) {
      assertNotEquals(VIEW, ViewDigest.of(BOTH.with(other), POOLS), other::toString);
    }
  }

  @Test
  void seesOnlyWhomAPoolWantsAndWhatMattersOfThem() {
    Roster more =
        BOTH.with(balancer("ha2", MemberStatus.ALIVE, VIEW))
            .with(backend("s2", "10.0.0.2", Map.of("boot", "b1", "load", "high")))
            .with(backend("s3", "10.0.0.3", Map.of()).with(MemberStatus.LEFT))
            .with(backend("db", "10.0.0.4", Map.of("role", "database")));
    assertEquals(VIEW, ViewDigest.of(more, POOLS));
  }

  /** Else a pool that selects balancers too would have them tell each other news for ever. */
  @Test
  void doesNotChangeByBeingTold() {
    var told = backend("s1", "10.0.0.1", Map.of("boot", "b1", Fleet.VIEW, VIEW));
    assertEquals(VIEW, ViewDigest.of(BOTH.with(told), POOLS));
  }

  @Test
  void takesNoHostileTextForAnother() {
    var one = backend("s1", "10.0.0.1", Map.of("port", "30", "weight", "0"));
    var other = backend("s1", "10.0.0.1", Map.of("port", "3", "weight", "00"));
    assertNotEquals(
        ViewDigest.of(Roster.of(List.of(one)), POOLS),
        ViewDigest.of(Roster.of(List.of(other)), POOLS));
  }

  @Test
  void agreesWithWhomTellsOfTheSame() {
    assertEquals(true, agrees(balancer("ha2", MemberStatus.ALIVE, VIEW), VIEW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "<script>alert(1)</script>", "\u0000;disable server nodes/slot1"})
  void doesNotAgreeWithWhomTellsOfAnythingElse(String told) {
    assertEquals(false, agrees(balancer("ha2", MemberStatus.ALIVE, told), VIEW));
  }

  @ParameterizedTest
  @CsvSource({"FAILED, x", "LEAVING, x", "UNKNOWN, x", "ALIVE, ''"})
  void doesNotKnowOfWhomIsNotThereOrTellsNothing(MemberStatus gossip, String told) {
    assertNull(agrees(balancer("ha2", gossip, told), VIEW));
  }

  @Test
  void knowsNothingOfTheOthersWhileItsOwnViewMayBeOld() {
    Roster all = BOTH.with(balancer("ha2", MemberStatus.ALIVE, VIEW));
    Status.PeerBalancer peer = Fleet.of(all, "ha", null).getFirst();
    assertEquals(MemberStatus.UNKNOWN, peer.state());
    assertNull(peer.agrees());
  }

  @Test
  void listsNeitherItselfNorWhoLeft() {
    Roster all =
        BOTH.with(balancer("ha", MemberStatus.ALIVE, VIEW))
            .with(balancer("ha2", MemberStatus.LEFT, VIEW));
    assertEquals(List.of(), Fleet.of(all, "ha", VIEW));
    assertEquals(List.of(), Fleet.of(null, "ha", null));
  }
}
