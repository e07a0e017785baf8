package io.rollcall.core.control;

import io.rollcall.core.DurationFormat;
import io.rollcall.core.model.Event;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.PoolState;
import io.rollcall.core.model.SavedState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes the actions that operators requested. This happens between cycles: from a plan to its
 * outcome the saved state must not change.
 */
final class Actions {
  private final ControllerSettings settings;

  Actions(ControllerSettings settings) {
    this.settings = settings;
  }

  /** Takes all that wait; they are answered once the state is saved. */
  void take(ReactionBuilder next) {
    if (next.actions.isEmpty()) {
      return;
    }
    var answers = new HashMap<Long, @Nullable String>();
    next.actions.forEach(requested -> answers.put(requested.id(), take(requested, next)));
    next.actions = List.of();
    next.run(new Effect.Save(next.saved, answers));
  }

  /** Null, or why the action is refused. */
  private @Nullable String take(OperatorInput.ActionRequested requested, ReactionBuilder next) {
    return switch (requested.action()) {
      case OperatorAction.OfMember of -> {
        PoolPolicy pool = pool(of.backend());
        if (pool == null) {
          yield "there is no pool " + of.backend();
        }
        if (!has(pool, of.member(), next)) {
          yield "pool " + of.backend() + " has no member " + of.member();
        }
        save(of.backend(), of.member(), requested, next);
        yield null;
      }
      case OperatorAction.ReleaseHold release -> {
        if (pool(release.backend()) == null) {
          yield "there is no pool " + release.backend();
        }
        save(release.backend(), null, requested, next);
        yield null;
      }
      case OperatorAction.Resync _ -> {
        next.members = next.members.withHints(Membership.ListHints.ALL);
        next.record(null, List.of(event(null, requested, next.now())));
        yield null;
      }
    };
  }

  private static void save(
      String backend,
      @Nullable String member,
      OperatorInput.ActionRequested requested,
      ReactionBuilder next) {
    SavedState before = next.saved;
    PoolState pool =
        before.pool(backend).withAction(requested.action(), requested.by(), next.now());
    next.saved = before.with(backend, pool);
    next.record(backend, List.of(event(member, requested, next.now())));
  }

  private static Event event(
      @Nullable String member, OperatorInput.ActionRequested requested, Instant now) {
    String by = requested.by().equals(Intent.BY_API) ? "" : " by " + requested.by();
    String time = "";
    String reason = "";
    if (requested.action() instanceof OperatorAction.SetState set) {
      // the length of time: this clock is not the one that people read
      time =
          set.until() == null
              ? ""
              : " for " + DurationFormat.text(Duration.between(now, set.until()).plusMillis(500));
      reason = set.reason() == null ? "" : ": " + set.reason();
    }
    String text = requested.action() + time + by + " via API from " + requested.from() + reason;
    return new Event(EventKind.OPERATOR, member, null, text);
  }

  /** Ends the intents whose time is over. */
  static void expire(ReactionBuilder next) {
    next.saved
        .pools()
        .forEach((backend, pool) ->
            pool.intents()
                .forEach((member, intent) -> {
                  if (intent.until() != null && !next.now().isBefore(intent.until())) {
                    next.saved =
                        next.saved.with(
                            backend, next.saved.pool(backend).withIntent(member, intent.ended()));
                    next.record(backend, List.of(ended(member, intent)));
                  }
                }));
  }

  private static Event ended(String member, Intent intent) {
    String action = intent.action() == null ? "intent" : intent.action().name();
    String text =
        "intent ended: %s by %s".formatted(action.toLowerCase(Locale.ROOT), intent.by())
            + (intent.reason() == null ? "" : ": " + intent.reason());
    return new Event(EventKind.OPERATOR, member, null, text);
  }

  private @Nullable PoolPolicy pool(String backend) {
    return settings.pools().stream()
        .filter(pool -> pool.backend().equals(backend))
        .findFirst()
        .orElse(null);
  }

  /** The pool has this member: in a slot, waiting for one, or selected by its rule. */
  private static boolean has(PoolPolicy policy, String name, ReactionBuilder next) {
    PoolState pool = next.saved.pool(policy.backend());
    Member member = next.members.roster() == null ? null : next.members.roster().get(name);
    return pool.occupants().values().stream().anyMatch(o -> o.member().equals(name))
        || pool.waiting().containsKey(name)
        || pool.intents().containsKey(name)
        || (member != null && policy.matches(member));
  }
}
