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
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a member offers by its address and its tags. For what makes no sense there it keeps what it
 * had, where it is in rotation or on its way there; each of the others counts as it is.
 */
final class MemberTags {
  private static final int DEFAULT_WEIGHT = 100;

  /** At most seven digits: no larger number is in any tag's range, and parseInt can't overflow. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,7}");

  /** Absent means ready; the others take a member out before it comes to an offer. */
  private static final Set<String> STATES = Set.of("", "starting", "ready", "draining");

  private final Member member;
  private final PlannerInput view;
  private final List<String> refused = new ArrayList<>();
  private final ServerSpec service;

  MemberTags(Member member, PlannerInput view) {
    this.member = member;
    this.view = view;
    int port = number("port", view.policy().port(), 1, 65_535, s -> s.endpoint().port());
    int weight = number("weight", DEFAULT_WEIGHT, 0, 256, ServerSpec::weight);
    int maxconn = number("maxconn", 0, 0, 1_000_000, ServerSpec::maxconn);
    this.service = new ServerSpec(new Endpoint(ip(), port), member.boot(), weight, maxconn);
  }

  Endpoint endpoint() {
    return service.endpoint();
  }

  private @Nullable ServerSpec had() {
    return view.memory().occupants().values().stream()
        .filter(o -> o.member().equals(member.name()) && o.seatedNow())
        .map(Occupant::service)
        .findFirst()
        .orElse(null);
  }

  /** To serve so, or not at all where it has nothing to fall back on. */
  DesiredState wish(@Nullable Intent intent) {
    if (intent == null || intent.action() != Intent.Action.READY) {
      checkState();
    }
    String why = refused.isEmpty() ? null : String.join("; ", refused);
    if (why != null && had() == null) {
      return new DesiredState.Refuse(why);
    }
    Integer decided = intent == null ? null : intent.weight();
    return new DesiredState.Serve(decided == null ? service : service.withWeight(decided), why);
  }

  private void checkState() {
    String state = member.tag("state");
    if (!STATES.contains(state)) {
      refused.add("tag state: expected starting, ready or draining, got \"%s\"".formatted(state));
    }
  }

  private InetAddress ip() {
    InetAddress ip = member.ip();
    if (usable(ip)) {
      return ip;
    }
    refused.add(
        "its address %s: expected one that a server can have".formatted(ip.getHostAddress()));
    ServerSpec had = had();
    return had == null ? ip : had.endpoint().ip();
  }

  /** HAProxy would take the others, and send requests elsewhere or never show them as set. */
  private static boolean usable(InetAddress ip) {
    return !ip.isAnyLocalAddress()
        && !ip.isMulticastAddress()
        && !ip.getHostAddress().equals(Slot.PLACEHOLDER);
  }

  private int number(String tag, int absent, int min, int max, ToIntFunction<ServerSpec> before) {
    String text = member.tag(tag);
    if (text.isEmpty()) {
      return absent;
    }
    if (NUMBER.matcher(text).matches()) {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    refused.add(
        "tag %s: expected a whole number from %d to %d, got \"%s\"".formatted(tag, min, max, text));
    ServerSpec had = had();
    return had == null ? absent : before.applyAsInt(had);
  }
}
