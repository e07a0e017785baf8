package io.rollcall.core.status;

import io.rollcall.core.Sanitizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The command of a reason, ready to be copied into a shell whatever the names contain. */
public final class NextStep {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:/@%+,\\[\\]-]+");

  private NextStep() {}

  /**
   * The command for a reason that concerns this pool and member.
   *
   * @param pool the backend, null if none is concerned
   * @param row the member, null if none is concerned: what is unknown stays a placeholder
   */
  public static String of(
      ReasonCode reason, @Nullable String pool, Status.@Nullable MemberRow row) {
    String command = reason.command();
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
