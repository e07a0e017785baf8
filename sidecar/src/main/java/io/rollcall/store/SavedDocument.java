package io.rollcall.store;

import io.rollcall.core.ClockReading;
import io.rollcall.core.StoredFormat;
import io.rollcall.logging.Logfmt;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is kept in one file: read once at the start, then written whenever it differs from
 * what the file holds. A file that is damaged, or that a newer version of the program wrote, is
 * renamed before it is replaced. A failure is reported and never ends anything: the value differs
 * from the file then, and is written with the next save. Used on one context.
 */
public final class SavedDocument<T> {
  private static final Logger LOG = LoggerFactory.getLogger(SavedDocument.class);

  private final AtomicFile file;
  private final StoredFormat<T> format;
  private final JsonDocument<T> json;
  private final Supplier<ClockReading> clocks;
  private final Consumer<@Nullable String> health;

  private boolean loaded;

  /** What the file holds, or will once {@link #saved} completes; null if unknown. */
  private @Nullable T kept;

  private Future<@Nullable String> saved = Future.succeededFuture();

  /** The name under which the present file is kept, until it is renamed; null for none. */
  private @Nullable String newName;

  /** A file that has this name already stays: a newer version may read each of them again. */
  private boolean keepsOlder;

  /**
   * Nothing is read yet.
   *
   * @param clocks read at each load and write
   * @param health receives one line for each failure, and null when it is over
   */
  public SavedDocument(
      AtomicFile file,
      StoredFormat<T> format,
      Supplier<ClockReading> clocks,
      Consumer<@Nullable String> health) {
    this.file = file;
    this.format = format;
    this.json = new JsonDocument<>(format);
    this.clocks = clocks;
    this.health = health;
  }

  /**
   * The value that an earlier run saved, with times of this run's steady clock; never fails. A disk
   * that hangs is waited for: the next save would replace what was not read.
   */
  public Future<T> load() {
    return file.readAtLast(health)
        .transform(read ->
            read.succeeded()
                ? loaded(read.result())
                : damaged(String.valueOf(read.cause().getMessage()), format.empty()))
        .onSuccess(_ -> {
          loaded = true;
          if (newName == null) {
            health.accept(null);
          }
        });
  }

  private Future<T> loaded(@Nullable String text) {
    if (text == null) {
      return Future.succeededFuture(format.empty());
    }
    return switch (json.read(text, clocks.get())) {
      case JsonDocument.Content.Whole<T> whole -> Future.succeededFuture(whole.value());
      case JsonDocument.Content.Newer<T> newer -> newer(newer.version(), newer.value());
      case JsonDocument.Content.Damaged<T> damaged -> damaged(damaged.reason(), damaged.value());
    };
  }

  private Future<T> newer(int version, T value) {
    String name = file + ".v" + version;
    keepsOlder = true;
    LOG.warn(
        "{}",
        Logfmt.of("file-of-newer-version")
            .with("file", file)
            .with("format", version)
            .with("supported", format.version())
            .with("renamed_to", name)
            .with(
                "text",
                taken(value)
                    + "; with .1, .2 and so on behind it if that name is taken; remove the renamed"
                    + " file once it is no longer needed"));
    return renamed(name, value);
  }

  private Future<T> damaged(String reason, T value) {
    String name = file + ".damaged";
    LOG.warn(
        "{}",
        Logfmt.of("file-damaged")
            .with("file", file)
            .with("reason", reason)
            .with("renamed_to", name)
            .with("text", taken(value)));
    return renamed(name, value);
  }

  private String taken(T value) {
    return value.equals(format.empty())
        ? "starting without it"
        : "only its " + format.stableFields() + " are taken over";
  }

  private Future<T> renamed(String name, T value) {
    newName = name;
    return rename()
        .map(value)
        .otherwise(e -> {
          health.accept(e.getMessage());
          return value;
        });
  }

  /** As long as this fails nothing is written: the file would be lost. */
  private Future<Void> rename() {
    return newName == null
        ? Future.succeededFuture()
        : (keepsOlder ? file.keepAs(newName) : file.moveTo(newName)).onSuccess(_ -> newName = null);
  }

  /**
   * Writes the value if it differs from what the file holds; never fails. The result is there once
   * it survives the machine: null, or one line that says why it was not written.
   */
  public Future<@Nullable String> save(T value) {
    if (!value.equals(kept)) {
      kept = value;
      String text = json.write(value, clocks.get());
      saved =
          rename()
              .compose(_ -> file.write(text))
              .transform(result -> {
                String failure = result.succeeded() ? null : result.cause().getMessage();
                health.accept(failure);
                if (failure != null && value.equals(kept)) {
                  kept = null;
                }
                return Future.succeededFuture(failure);
              });
    }
    return saved;
  }

  /** Saves a last time, unless nothing was loaded: the file has more than this value then. */
  public Future<@Nullable String> close(T value) {
    return loaded ? save(value) : Future.succeededFuture();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
