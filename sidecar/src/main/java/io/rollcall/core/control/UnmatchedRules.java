package io.rollcall.core.control;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Roster;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Pools whose rule for members can't be right, one line for each. */
final class UnmatchedRules {
  private static final int SHOWN = 3;
  private static final int LONGEST = 40;

  private UnmatchedRules() {}

  /**
   * The pools whose rule no member fulfils, while there are members that could.
   *
   * @param self the name of the own agent; null while it is unknown
   */
  static List<String> unmatched(
      Collection<PoolPolicy> pools, @Nullable Roster roster, @Nullable String self) {
    if (roster == null || !roster.whole()) {
      return List.of();
    }
    List<Member> others =
        roster.members().values().stream()
            .filter(member -> member.gossip() == MemberStatus.ALIVE)
            .filter(member -> !member.name().equals(self))
            .filter(member -> !member.tag("role").equals("balancer"))
            .toList();
    var lines = new ArrayList<String>();
    for (PoolPolicy pool : pools) {
      boolean matched = roster.members().values().stream().anyMatch(pool::matches);
      if (!matched && !others.isEmpty()) {
        lines.add(line(pool, others));
      }
    }
    return lines;
  }

  private static String line(PoolPolicy pool, List<Member> others) {
    var rule = new TreeMap<>(pool.match());
    String wanted =
        rule.entrySet().stream()
            .map(tag -> tag.getKey() + "=" + tag.getValue())
            .collect(Collectors.joining(", "));
    String seen =
        rule.keySet().stream().map(tag -> seen(tag, others)).collect(Collectors.joining(", "));
    return "pool %s: no member has the tags %s (check pools[].match); seen instead: %s"
        .formatted(pool.backend(), wanted, seen);
  }

  /** The most frequent values of a tag, each with the number of members that have it. */
  private static String seen(String tag, List<Member> members) {
    Map<String, Long> values =
        members.stream()
            .map(member -> member.tag(tag))
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    return values.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(SHOWN)
        .map(e ->
            e.getKey().isEmpty()
                ? "no tag %s (%d)".formatted(tag, e.getValue())
                : "%s=%s (%d)".formatted(tag, Sanitizer.line(e.getKey(), LONGEST), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
