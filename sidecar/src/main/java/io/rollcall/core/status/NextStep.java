package io.rollcall.core.status;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.MemberStatus;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The command of a reason, ready to be copied into a shell whatever the names contain. */
public final class NextStep {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/@%+,\\[\\]-]+");

  /** Reasons that an agent which is alone is the cause of. */
  private static final Set<ReasonCode> BY_GOSSIP =
      Set.of(ReasonCode.REMOVALS_HELD, ReasonCode.MEMBER_FAILED, ReasonCode.MEMBER_SUSPECT);

  private NextStep() {}

  /**
   * Whether the balancer's own agent lists no member of any pool, as after a restart that left it
   * alone. One that lists those of another pool is not: what it does not list was removed there.
   *
   * @param listRead the member list could be read
   */
  public static boolean alone(List<Status.PoolStatus> pools, boolean listRead) {
    return listRead
        && pools.stream()
            .flatMap(pool -> PoolStatusBuilder.managed(pool).stream())
            .allMatch(member -> member.gossip() == MemberStatus.UNKNOWN);
  }

  /**
   * The command for the reason that a member of this pool needs attention. An agent that is alone
   * has to join the members again: there is nothing to mend at them, and nothing to release.
   *
   * @param alone as {@link #alone} says
   */
  public static String of(
      ReasonCode reason, Status.PoolStatus pool, Status.MemberRow row, boolean alone) {
    return fill(
        alone && BY_GOSSIP.contains(reason) ? "serf join {ip}" : reason.command(),
        pool.backend(),
        row);
  }

  /**
   * The command for a reason that concerns this pool and member.
   *
   * @param pool the backend, null if none is concerned
   * @param row the member, null if none is concerned: what is unknown stays a placeholder
   */
  public static String of(
      ReasonCode reason, @Nullable String pool, Status.@Nullable MemberRow row) {
    return fill(reason.command(), pool, row);
  }

  private static String fill(
      String template, @Nullable String pool, Status.@Nullable MemberRow row) {
    String command = template;
    if (pool != null) {
      command = command.replace("{pool}", word(pool));
    }
    if (row != null && row.address() != null) {
      command =
          command
              .replace("{ip}", word(row.address()))
              .replace("{address}", word(Format.address(row.address(), row.port())));
    }
    return command.replace("{pool}", "POOL").replace("{ip}", "IP").replace("{address}", "ADDRESS");
  }

  /** One word of a shell, quoted where it has to be. Control characters are made visible. */
  static String word(String text) {
    String visible = Sanitizer.visible(text);
    return PLAIN.matcher(visible).matches() ? visible : "'" + visible.replace("'", "'\\''") + "'";
  }
}
