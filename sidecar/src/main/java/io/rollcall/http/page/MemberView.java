package io.rollcall.http.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of one member shows.
 *
 * @param now by the sidecar's clock, which counts the ages
 * @param self the address of this page
 * @param command to run next, null if it needs no attention
 * @param reason the code of the reason that it needs attention
 * @param help the address of the reason's documentation
 * @param hour its last hour, null if nothing was recorded
 */
record MemberView(
    Instant now,
    String name,
    String pool,
    String self,
    String state,
    String shape,
    Instant since,
    String age,
    @Nullable String command,
    String reason,
    String help,
    PageView.@Nullable DrainView drain,
    List<Fact> facts,
    @Nullable HourStrip hour) {

  /** A name and a value, as text. */
  record Fact(String name, String value) {}
}
