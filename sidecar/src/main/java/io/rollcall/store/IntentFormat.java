package io.rollcall.store;

import io.rollcall.core.model.Intent;
import io.rollcall.store.StateDocument.StoredIntent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An operator's intent in {@code memory.json}. Every version reads and writes it like this. */
final class IntentFormat {
  private IntentFormat() {}

  static StoredIntent write(Intent intent, UnaryOperator<Instant> time) {
    return new StoredIntent(
        intent.action() == null ? null : name(intent.action()),
        intent.weight(),
        intent.by(),
        time.apply(intent.at()),
        intent.reason(),
        intent.until() == null ? null : time.apply(intent.until()));
  }

  /**
   * The intent. Without a {@code by} it is one of the API; without a time it is from 1970, older
   * than everything else.
   */
  static Intent read(StoredIntent intent, UnaryOperator<Instant> time) {
    Integer weight = intent.weight();
    if (weight != null && (weight < 0 || weight > 256)) {
      throw new IllegalArgumentException("weight " + weight + " is not from 0 to 256");
    }
    return new Intent(
        intent.action() == null ? null : action(intent.action()),
        weight,
        intent.by() == null ? Intent.BY_API : intent.by(),
        intent.at() == null ? Instant.EPOCH : time.apply(intent.at()),
        intent.reason(),
        intent.until() == null ? null : time.apply(intent.until()));
  }

  /** Those that this version can read: a newer one may have actions that are unknown here. */
  static SortedMap<String, Intent> readable(
      Map<String, @Nullable StoredIntent> intents, UnaryOperator<Instant> time) {
    var readable = new TreeMap<String, Intent>();
    intents.forEach((member, intent) -> {
      try {
        if (intent != null) {
          readable.put(member, read(intent, time));
        }
      } catch (IllegalArgumentException | DateTimeException _) {
        // the file that has it is kept under another name
      }
    });
    return readable;
  }

  private static String name(Intent.Action action) {
    return switch (action) {
      case DRAIN -> "DRAIN";
      case MAINT -> "MAINT";
      case READY -> "READY";
    };
  }

  private static Intent.Action action(String name) {
    return switch (name) {
      case "DRAIN" -> Intent.Action.DRAIN;
      case "MAINT" -> Intent.Action.MAINT;
      case "READY" -> Intent.Action.READY;
      default ->
          throw new IllegalArgumentException(
              "'" + name + "' is not an action, expected DRAIN, MAINT or READY");
    };
  }
}
