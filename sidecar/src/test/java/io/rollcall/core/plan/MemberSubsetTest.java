package io.rollcall.core.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Admission;
import io.rollcall.core.model.LocalAddresses;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemberSubsetTest {
  private static final List<String> MEMBERS =
      IntStream.rangeClosed(1, 300).mapToObj(i -> "web-" + i).toList();

  @Test
  void coversEveryMemberIfThereIsRoom() {
    for (int balancers : List.of(1, 3, 10)) {
      var covered = new HashSet<String>();
      var names = names(balancers);
      for (String balancer : names) {
        Set<String> own = MemberSubset.of(names, balancer, MEMBERS, 300 / balancers);
        assertEquals(300 / balancers, own.size());
        covered.addAll(own);
      }
      assertEquals(300, covered.size(), balancers + " balancers");
    }
  }

  @Test
  void takesAllIfThereAreNoMore() {
    assertEquals(
        Set.of("a", "b"), MemberSubset.of(Set.of("lb1", "lb2"), "lb1", Set.of("a", "b"), 2));
  }

  /** Another balancer takes its share; the others keep most of theirs. */
  @Test
  void changesLittleWhenABalancerOrAMemberComes() {
    var before = names(10);
    var after = names(11);
    var more = new HashSet<>(MEMBERS);
    more.add("web-301");
    int kept = 0;
    int replaced = 0;
    for (String balancer : before) {
      Set<String> own = MemberSubset.of(before, balancer, MEMBERS, 60);
      Set<String> next = MemberSubset.of(after, balancer, MEMBERS, 60);
      kept += (int) own.stream().filter(next::contains).count();
      Set<String> other = MemberSubset.of(before, balancer, more, 60);
      replaced += (int) own.stream().filter(name -> !other.contains(name)).count();
    }
    assertTrue(kept >= 540, kept + " of 600 kept");
    assertTrue(replaced <= 20, replaced + " of 600 replaced");
  }

  @Test
  void putsOnlyTheOwnMembersInSlots() {
    var served = new HashMap<String, Integer>();
    for (String balancer : names(2)) {
      var pool = new ModelPool(8);
      pool.policy = ModelPool.POLICY.with(PoolOptions.DEFAULT.with(Admission.ANY, 2));
      for (int host = 11; host <= 14; host++) {
        pool.join("s" + host, host);
      }
      for (String each : names(2)) {
        pool.roster = pool.known().with(balancer(each));
      }
      pool.local = LocalAddresses.NONE.withAgent(balancer(balancer));
      pool.settle();
      assertEquals(2, pool.serving().size());
      pool.serving().forEach(name -> served.merge(name, 1, Integer::sum));
      String own = pool.serving().iterator().next();
      pool.gossip(own, MemberStatus.FAILED);
      pool.answering.remove(ModelPool.at(Integer.parseInt(own.substring(1))));
      pool.settle();
      assertEquals(2, pool.serving().size(), "another member takes its place");
    }
    assertEquals(Map.of("s11", 1, "s12", 1, "s13", 1, "s14", 1), served);
  }

  private static Member balancer(String name) {
    return new Member(name, ModelPool.at(1).ip(), MemberStatus.ALIVE, Map.of("role", "balancer"));
  }

  private static Set<String> names(int balancers) {
    var names = new HashSet<String>();
    for (int i = 1; i <= balancers; i++) {
      names.add("lb-" + i);
    }
    return names;
  }
}
