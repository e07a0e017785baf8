package io.rollcall.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Counts wrong tokens by address, so that they can't be tried at will. Used on one context. */
final class AuthFailures {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST = 30;

  /** More addresses than this are not told apart: then all of them wait. */
  private static final int MAX_ADDRESSES = 10_000;

  private final LongSupplier nanoTime;
  private final Map<String, Integer> counts = new HashMap<>();
  private long began;

  AuthFailures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  boolean tooMany(String address) {
    long now = nanoTime.getAsLong();
    if (now - began >= WINDOW.toNanos()) {
      began = now;
      counts.clear();
    }
    return counts.getOrDefault(address, 0) >= MOST || counts.size() >= MAX_ADDRESSES;
  }

  void add(String address) {
    counts.merge(address, 1, Integer::sum);
  }
}
