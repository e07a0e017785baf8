package io.rollcall.cli.plan;

import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Differences from the live state to plan with.
 *
 * @param without members that would have left
 * @param weights weights that an operator would set, by member
 */
public record WhatIf(List<String> without, Map<String, Integer> weights) {
  public static final WhatIf NOTHING = new WhatIf(List.of(), Map.of());

  public WhatIf {
    without = List.copyOf(without);
    weights = Map.copyOf(weights);
  }

  /** Names that the list does not have. */
  List<String> unknown(Roster roster) {
    var names = new TreeSet<>(without);
    names.addAll(weights.keySet());
    names.removeIf(name -> roster.get(name) != null);
    return List.copyOf(names);
  }

  Roster roster(Roster live) {
    Roster roster = live;
    for (String name : without) {
      Member member = roster.get(name);
      if (member != null) {
        roster = roster.with(member.with(MemberStatus.LEFT));
      }
    }
    return roster;
  }

  SavedState saved(SavedState live, ControllerSettings settings, Instant now) {
    SavedState saved = live;
    for (PoolPolicy pool : settings.pools()) {
      PoolState state = saved.pool(pool.backend());
      for (var weight : weights.entrySet()) {
        state =
            state.withAction(
                new OperatorAction.SetWeightTo(pool.backend(), weight.getKey(), weight.getValue()),
                now);
      }
      saved = saved.with(pool.backend(), state);
    }
    return saved;
  }
}
