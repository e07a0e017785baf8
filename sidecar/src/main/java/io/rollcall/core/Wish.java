package io.rollcall.core;

import java.net.InetAddress;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What gossip, the member's own word and the operator want of one member of a pool. */
sealed interface Wish {
  /** In rotation, so. */
  record Serve(Service service) implements Wish {
    Endpoint endpoint() {
      return service.endpoint();
    }
  }

  /** Out, gracefully, within this time. */
  record Leave(String why, Duration within) implements Wish {}

  /** Out at once: an operator asked for maintenance. */
  record Rest(String why) implements Wish {}

  /** Gossip lost it; HAProxy's check has the last word. */
  record Fail(String why) implements Wish {}

  /** Nothing is known: as it is. */
  record Keep(String why) implements Wish {}

  /** Not into a slot: not ready yet. */
  record NotYet(String why) implements Wish {}

  /** What it says of itself makes no sense: not into a slot, but left alone where it already is. */
  record Refuse(String why) implements Wish {}

  /**
   * A backend's own deadline less this is what a balancer takes, so that the answer still arrives.
   */
  Duration ANSWER_TIME = Duration.ofSeconds(2);

  int DEFAULT_WEIGHT = 100;

  /** At most seven digits: no larger number is in any tag's range, and parseInt can't overflow. */
  Pattern NUMBER = Pattern.compile("[0-9]{1,7}");

  /** The operator goes before the tags, the tags before the defaults. */
  static Wish of(String name, PoolView view) {
    PoolPolicy policy = view.policy();
    Intent intent = view.memory().intents().get(name);
    Intent.Action action = intent == null ? null : intent.action();
    if (intent != null && action == Intent.Action.MAINT) {
      return new Rest("maintenance, " + intent.by());
    }
    if (intent != null && action == Intent.Action.DRAIN) {
      return new Leave("drain, " + intent.by(), policy.drainTimeout());
    }
    if (view.roster() == null) {
      return new Keep("no member list was read yet");
    }
    Member member = view.roster().get(name);
    if (member == null) {
      return new Fail("not in the member list");
    }
    return switch (member.gossip()) {
      case LEAVING, LEFT -> new Leave("left the cluster", policy.drainTimeout());
      case FAILED -> new Fail("failed in gossip");
      case UNKNOWN -> new Fail("gossip does not know its state");
      case ALIVE -> {
        if (!policy.matches(member)) {
          yield new Leave("its tags no longer match", policy.drainTimeout());
        }
        yield action == Intent.Action.READY
            ? serve(member, intent, policy)
            : byOwnWord(member, intent, view);
      }
    };
  }

  private static Wish byOwnWord(Member member, @Nullable Intent intent, PoolView view) {
    Claim claim = view.claims().get(member.name());
    if (claim != null && !claim.boot().equals(member.boot())) {
      claim = null;
    }
    Claim.Kind said = claim != null && claim.provisional(view.now()) ? claim.kind() : null;
    String state = member.tag("state");
    if (said == Claim.Kind.DRAIN || state.equals("draining")) {
      return new Leave("said it is leaving", within(claim, view.policy()));
    }
    if (state.equals("starting") && said != Claim.Kind.READY) {
      return new NotYet("says it is starting");
    }
    return serve(member, intent, view.policy());
  }

  private static Duration within(@Nullable Claim claim, PoolPolicy policy) {
    if (claim == null || claim.kind() != Claim.Kind.DRAIN) {
      return policy.drainTimeout();
    }
    Duration own = claim.deadline().minus(ANSWER_TIME);
    if (own.isNegative()) {
      return Duration.ZERO;
    }
    return own.compareTo(policy.drainTimeout()) < 0 ? own : policy.drainTimeout();
  }

  private static Wish serve(Member member, @Nullable Intent intent, PoolPolicy policy) {
    Endpoint endpoint = address(member, policy);
    Integer weight = number(member, "weight", DEFAULT_WEIGHT, 0, 256);
    Integer maxconn = number(member, "maxconn", 0, 0, 1_000_000);
    if (!usable(member.ip())) {
      return new Refuse(
          "its address %s: expected one that a server can have"
              .formatted(member.ip().getHostAddress()));
    }
    if (endpoint == null) {
      return refuse(member, "port", 1, 65_535);
    }
    if (weight == null) {
      return refuse(member, "weight", 0, 256);
    }
    if (maxconn == null) {
      return refuse(member, "maxconn", 0, 1_000_000);
    }
    Integer decided = intent == null ? null : intent.weight();
    return new Serve(
        new Service(endpoint, member.boot(), decided == null ? weight : decided, maxconn));
  }

  /** Where its application listens; null where it names no port. */
  static @Nullable Endpoint address(Member member, PoolPolicy policy) {
    Integer port = number(member, "port", policy.port(), 1, 65_535);
    return port == null ? null : new Endpoint(member.ip(), port);
  }

  /** HAProxy would take the others, and send requests elsewhere or never show them as set. */
  private static boolean usable(InetAddress ip) {
    return !ip.isAnyLocalAddress()
        && !ip.isMulticastAddress()
        && !ip.getHostAddress().equals(Slot.PLACEHOLDER);
  }

  private static @Nullable Integer number(Member member, String tag, int absent, int min, int max) {
    String text = member.tag(tag);
    if (text.isEmpty()) {
      return absent;
    }
    if (!NUMBER.matcher(text).matches()) {
      return null;
    }
    int value = Integer.parseInt(text);
    return value < min || value > max ? null : value;
  }

  private static Wish refuse(Member member, String tag, int min, int max) {
    return new Refuse(
        "tag %s: expected a whole number from %d to %d, got \"%s\""
            .formatted(tag, min, max, member.tag(tag)));
  }
}
