package io.rollcall.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.core.Sanitizer;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The optional body of an intent: why it is set, and when it ends.
 *
 * @param problem what is wrong with the body; null if nothing is
 */
record IntentTerms(@Nullable String reason, @Nullable Instant until, @Nullable String problem) {
  private static final int MAX_REASON = 200;

  /** An intent for longer is one without an end. */
  private static final Duration LONGEST = Duration.ofDays(366);

  private static final String EXAMPLE =
      "{\"reason\": \"kernel update\", \"until\": \"2030-01-31T08:00:00Z\"}";

  static IntentTerms of(@Nullable String body, Instant now) {
    if (body == null || body.isBlank()) {
      return new IntentTerms(null, null, null);
    }
    JsonNode terms = Json.read(body);
    JsonNode reason = terms.path("reason");
    JsonNode until = terms.path("until");
    Instant end = until.isTextual() ? time(until.textValue()) : null;
    String problem = problem(terms, end, now);
    return problem == null
        ? new IntentTerms(
            absent(reason) ? null : Sanitizer.line(reason.textValue(), MAX_REASON), end, null)
        : new IntentTerms(null, null, problem);
  }

  private static @Nullable String problem(JsonNode terms, @Nullable Instant end, Instant now) {
    JsonNode reason = terms.path("reason");
    if (!terms.isObject()
        || !terms.properties().stream().allMatch(field -> known(field.getKey()))) {
      return "expected no body, or a JSON object with no other keys than in " + EXAMPLE;
    }
    if (!absent(reason) && !(reason.isTextual() && fits(reason.textValue()))) {
      return "reason: expected a text of 1 to " + MAX_REASON + " characters";
    }
    if (absent(terms.path("until"))) {
      return null;
    }
    if (end == null) {
      return "until: expected a time by RFC 3339, such as 2030-01-31T08:00:00Z";
    }
    return end.isAfter(now) && end.isBefore(now.plus(LONGEST))
        ? null
        : "until: expected a time within the next %d days, got %s; it is %s now"
            .formatted(LONGEST.toDays(), end, now.truncatedTo(ChronoUnit.SECONDS));
  }

  private static boolean known(String field) {
    return field.equals("reason") || field.equals("until");
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static boolean fits(String reason) {
    return !reason.isBlank() && reason.codePointCount(0, reason.length()) <= MAX_REASON;
  }

  private static @Nullable Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      return null;
    }
  }
}
