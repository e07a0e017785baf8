package io.rollcall.core;

import org.jspecify.annotations.Nullable;

/**
 * The format of a file that keeps one value. A file is a JSON object; records that belong to the
 * format alone name its fields, so that a renamed domain type changes no file. Pure.
 *
 * <p>The object's field {@code version} is raised only if an older program would misread the file.
 * A field that is added does not raise it: older programs ignore it, and newer ones have a default
 * for files without it.
 *
 * @param <T> the value
 */
public interface StoredFormat<T> {
  /** The version that is written, and the newest one that {@link #read} accepts. */
  int version();

  /** The value of a file that does not exist. */
  T empty();

  /**
   * The fields of a file, {@code version} among them.
   *
   * @param value with times of the steady clock
   */
  Record write(T value, ClockReading now);

  /**
   * The value of a file of this version or an older one, with times of the steady clock.
   *
   * @throws IllegalArgumentException with one line, if a field has no valid value
   */
  T read(StoredFields fields, ClockReading now);

  /**
   * What can be read of a file that {@link #read} does not accept: fields that every version keeps
   * with one meaning.
   *
   * @throws IllegalArgumentException if nothing can be read
   */
  T readStable(StoredFields fields, ClockReading now);

  /** Names what {@link #readStable} reads, for the log: {@code operator intents}. */
  String stableFields();

  /** The fields of one file. */
  interface StoredFields {
    /**
     * These fields as a record: absent ones are null, 0 or false, unknown ones are left out.
     *
     * @throws IllegalArgumentException with one line, if a field has a value of another type
     */
    <R extends Record> R as(Class<R> type);
  }

  /** The value of a field that has no default. */
  static <V> V required(@Nullable V value, String field) {
    if (value == null) {
      throw new IllegalArgumentException("field '" + field + "' is missing");
    }
    return value;
  }
}
