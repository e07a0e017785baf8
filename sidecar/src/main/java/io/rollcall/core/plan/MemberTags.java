package io.rollcall.core.plan;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.Occupant;
import io.rollcall.core.model.ServerSpec;
import io.rollcall.core.model.Slot;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A member's specification by its address and tags. Each invalid value is replaced by the previous
 * one, if the member is in rotation or on its way there; valid ones count.
 */
final class MemberTags {
  /** At most seven digits: no larger number is in any tag's range, and parseInt can't overflow. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,7}");

  /** Absent means ready; the others take a member out before its specification counts. */
  private static final Set<String> STATES = Set.of("", "starting", "ready", "draining");

  private static final InetAddress PLACEHOLDER = InetAddress.ofLiteral(Slot.PLACEHOLDER);

  private final Member member;
  private final PlannerInput input;
  private final List<String> invalid = new ArrayList<>();
  private final ServerSpec service;

  MemberTags(Member member, PlannerInput input) {
    this.member = member;
    this.input = input;
    Integer weight = number("weight", 0, 256, ServerSpec::weight);
    Integer maxconn = number("maxconn", 0, 1_000_000, ServerSpec::maxconn);
    this.service = new ServerSpec(new Endpoint(ip(), port()), member.boot(), weight, maxconn);
  }

  Endpoint endpoint() {
    return service.endpoint();
  }

  /** To serve so, or nothing if a value is invalid and there is no previous one. */
  DesiredState desired(@Nullable Intent intent) {
    if (intent == null || intent.action() != Intent.Action.READY) {
      checkState();
    }
    String why = invalid.isEmpty() ? null : String.join("; ", invalid);
    if (why != null && previous() == null) {
      return new DesiredState.InvalidTags(why);
    }
    Integer weight = intent == null ? null : intent.weight();
    return new DesiredState.Serve(weight == null ? service : service.withWeight(weight), why);
  }

  private @Nullable ServerSpec previous() {
    return input.memory().occupants().values().stream()
        .filter(o -> o.member().equals(member.name()) && o.isActive())
        .map(Occupant::service)
        .findFirst()
        .orElse(null);
  }

  private void checkState() {
    String state = member.tag("state");
    if (!STATES.contains(state)) {
      invalid.add("tag state: expected starting, ready or draining, got \"%s\"".formatted(state));
    }
  }

  private InetAddress ip() {
    InetAddress ip = member.ip();
    if (usable(ip)) {
      return ip;
    }
    invalid.add("address %s: expected one that a server can have".formatted(ip.getHostAddress()));
    ServerSpec previous = previous();
    return previous == null ? ip : previous.endpoint().ip();
  }

  /** HAProxy accepts the others, but sends requests elsewhere or never shows them as set. */
  private static boolean usable(InetAddress ip) {
    return !ip.isAnyLocalAddress() && !ip.isMulticastAddress() && !ip.equals(PLACEHOLDER);
  }

  private int port() {
    if (input.policy().hasAmbiguousPort(member)) {
      return input.policy().port();
    }
    String tag = input.policy().options().portTag();
    Integer port = number(tag, 1, 65_535, s -> s.endpoint().port());
    return port == null ? input.policy().port() : port;
  }

  /** Null for an absent tag: as configured. */
  private @Nullable Integer number(
      String tag, int min, int max, Function<ServerSpec, @Nullable Integer> before) {
    String text = member.tag(tag);
    if (text.isEmpty()) {
      return null;
    }
    if (NUMBER.matcher(text).matches()) {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    invalid.add(
        "tag %s: expected a whole number from %d to %d, got \"%s\"".formatted(tag, min, max, text));
    ServerSpec previous = previous();
    return previous == null ? null : before.apply(previous);
  }
}
