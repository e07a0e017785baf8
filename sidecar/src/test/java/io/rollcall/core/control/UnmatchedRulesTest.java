package io.rollcall.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import io.rollcall.core.plan.ModelPool;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnmatchedRulesTest {
  private static final List<PoolPolicy> POOLS = List.of(ModelPool.POLICY);

  private static Member member(String name, MemberStatus gossip, String role) {
    Map<String, String> tags = role.isEmpty() ? Map.of() : Map.of("role", role);
    return new Member(name, Endpoint.of("10.0.0.1", 1).ip(), gossip, tags);
  }

  private static List<String> of(Member... members) {
    return UnmatchedRules.unmatched(POOLS, Roster.of(List.of(members)), "ha");
  }

  @Test
  void namesTheTagsThatAreSeenInstead() {
    assertEquals(
        List.of(
            "pool nodes: no member has the tags role=backend (check pools[].match); seen instead:"
                + " role=bakend (2), no tag role (1)"),
        of(
            member("ha", MemberStatus.ALIVE, "balancer"),
            member("s1", MemberStatus.ALIVE, "bakend"),
            member("s2", MemberStatus.ALIVE, "bakend"),
            member("s3", MemberStatus.ALIVE, "")));
  }

  @Test
  void areNoneBeforeAnyMemberIsThere() {
    assertEquals(
        List.of(),
        of(
            member("ha", MemberStatus.ALIVE, ""),
            member("ha2", MemberStatus.ALIVE, "balancer"),
            member("s1", MemberStatus.FAILED, "bakend")));
    assertEquals(List.of(), UnmatchedRules.unmatched(POOLS, null, "ha"));
    assertEquals(List.of(), UnmatchedRules.unmatched(POOLS, Roster.UNREAD, "ha"));
  }

  @Test
  void areNoneWhileAMemberMatchesEvenIfItFailed() {
    assertEquals(
        List.of(),
        of(
            member("s1", MemberStatus.FAILED, "backend"),
            member("s2", MemberStatus.ALIVE, "other")));
  }
}
