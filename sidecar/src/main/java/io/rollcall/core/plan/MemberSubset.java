package io.rollcall.core.plan;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which members a balancer takes if it takes only some: health checks of a member then do not grow
 * with the number of balancers. Each pair of balancer and member has a score, a hash of their names
 * (rendezvous hashing), so that all balancers compute the same without asking each other, and
 * little changes when one comes or goes. First every member gets one balancer, the one with its
 * highest score that is not full of members with higher ones; then a balancer with room left takes
 * those with its highest scores. So each takes exactly {@code size} members, if there are as many,
 * and no member is left out if there is room for all.
 */
final class MemberSubset {
  private MemberSubset() {}

  /** The input with the chosen members; the same for a pool that takes all. */
  static PlannerInput chosen(PlannerInput input) {
    Roster roster = input.roster();
    if (input.policy().options().subset() == 0 || roster == null) {
      return input;
    }
    Member agent = input.local().agent();
    return input.toBuilder().subset(of(input, roster, agent == null ? null : agent.name())).build();
  }

  /**
   * The names of the members that this balancer takes: of those alive that the pool selects.
   *
   * @param self name of the balancer's own agent; null while it is unknown: then it takes all
   */
  static Set<String> of(PlannerInput input, Roster roster, @Nullable String self) {
    var members = new TreeSet<String>();
    var balancers = new TreeSet<String>();
    for (Member member : roster.members().values()) {
      if (member.gossip() == MemberStatus.ALIVE && input.policy().matches(member)) {
        members.add(member.name());
      } else if (member.gossip() == MemberStatus.ALIVE && member.tag("role").equals("balancer")) {
        balancers.add(member.name());
      }
    }
    if (self == null) {
      return members;
    }
    balancers.add(self);
    return of(balancers, self, members, input.policy().options().subset());
  }

  static Set<String> of(
      Collection<String> balancers, String self, Collection<String> members, int size) {
    if (members.size() <= size) {
      return Set.copyOf(members);
    }
    Map<String, PriorityQueue<Scored>> first = matched(balancers, members, size);
    var taken = new HashSet<String>();
    first
        .getOrDefault(self, new PriorityQueue<>())
        .forEach(candidate -> taken.add(candidate.member()));
    long own = hash(self);
    members.stream()
        .filter(member -> !taken.contains(member))
        .map(member -> new Scored(member, score(own, hash(member))))
        .sorted(Comparator.reverseOrder())
        .limit(size - taken.size())
        .forEach(candidate -> taken.add(candidate.member()));
    return taken;
  }

  /** One balancer for each member, as far as there is room: a stable matching. */
  private static Map<String, PriorityQueue<Scored>> matched(
      Collection<String> balancers, Collection<String> members, int size) {
    var first = new HashMap<String, PriorityQueue<Scored>>();
    List<Map.Entry<String, Long>> hashed = new ArrayList<>();
    for (String balancer : balancers) {
      hashed.add(Map.entry(balancer, hash(balancer)));
    }
    for (String member : members) {
      Scored asking = new Scored(member, Long.MAX_VALUE);
      while (asking != null) {
        Map.Entry<String, Long> next = best(hashed, asking);
        if (next == null) {
          break; // every balancer is full
        }
        var taken = first.computeIfAbsent(next.getKey(), _ -> new PriorityQueue<>());
        long score = score(next.getValue(), hash(asking.member()));
        taken.add(new Scored(asking.member(), score));
        // who is left out asks the balancer with its next score
        asking = taken.size() > size ? taken.poll() : null;
      }
    }
    return first;
  }

  /** The balancer with the highest score below the one that the member had last; null for none. */
  private static Map.@Nullable Entry<String, Long> best(
      List<Map.Entry<String, Long>> balancers, Scored asking) {
    long member = hash(asking.member());
    Map.Entry<String, Long> best = null;
    long highest = Long.MIN_VALUE;
    for (Map.Entry<String, Long> balancer : balancers) {
      long score = score(balancer.getValue(), member);
      if (score < asking.score() && score > highest) {
        best = balancer;
        highest = score;
      }
    }
    return best;
  }

  /**
   * A member with its score at one balancer.
   *
   * @param score the higher the better
   */
  private record Scored(String member, long score) implements Comparable<Scored> {
    @Override
    public int compareTo(Scored other) {
      int byScore = Long.compare(score, other.score);
      return byScore == 0 ? member.compareTo(other.member) : byScore;
    }
  }

  /** The same on every machine and in every version: FNV-1a of the UTF-8 bytes. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The finalizer of SplitMix64, which spreads similar inputs. */
  private static long score(long balancer, long member) {
    long z = balancer + Long.rotateLeft(member, 32) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
