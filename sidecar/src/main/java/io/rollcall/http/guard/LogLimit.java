package io.rollcall.http.guard;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Permits a number of log lines a minute, for what a client can cause at will. Thread-safe. */
public final class LogLimit {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final int perMinute;
  private final LongSupplier nanoTime;
  private long minute;
  private int count;

  public LogLimit(int perMinute, LongSupplier nanoTime) {
    this.perMinute = perMinute;
    this.nanoTime = nanoTime;
    this.minute = nanoTime.getAsLong();
  }

  /** Whether one more line may be logged now. */
  public synchronized boolean permits() {
    long now = nanoTime.getAsLong();
    if (now - minute >= MINUTE.toNanos()) {
      minute = now;
      count = 0;
    }
    return ++count <= perMinute;
  }
}
