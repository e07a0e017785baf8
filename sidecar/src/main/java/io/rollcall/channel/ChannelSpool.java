package io.rollcall.channel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are not yet accepted, in the order in which they are sent.
 *
 * @param dropped how many were given up
 */
public record ChannelSpool(List<SpooledRequest> pending, long dropped) {
  public static final ChannelSpool EMPTY = new ChannelSpool(List.of(), 0);

  private static final int MAX_OF_CHANNEL = 100;

  /**
   * One request.
   *
   * @param id the same at each try
   * @param at when it was written
   * @param title what it is about, in a few words
   * @param body JSON
   */
  public record SpooledRequest(String id, String channel, Instant at, String title, String body) {}

  public ChannelSpool {
    pending = List.copyOf(pending);
  }

  /** With one more; drops the oldest of the channel if it has too many. */
  ChannelSpool with(SpooledRequest request) {
    var next = new ArrayList<>(pending);
    next.add(request);
    List<SpooledRequest> same =
        next.stream().filter(one -> one.channel().equals(request.channel())).toList();
    boolean full = same.size() > MAX_OF_CHANNEL;
    if (full) {
      next.remove(same.getFirst());
    }
    return new ChannelSpool(next, dropped + (full ? 1 : 0));
  }

  ChannelSpool without(SpooledRequest done) {
    return new ChannelSpool(
        pending.stream().filter(one -> !one.id().equals(done.id())).toList(), dropped);
  }

  ChannelSpool dropping(SpooledRequest lost) {
    return new ChannelSpool(without(lost).pending, dropped + 1);
  }

  /** Without those of channels that are no longer configured. */
  ChannelSpool of(Predicate<String> channel) {
    return new ChannelSpool(
        pending.stream().filter(one -> channel.test(one.channel())).toList(), dropped);
  }

  @Nullable SpooledRequest first(String channel) {
    return pending.stream().filter(one -> one.channel().equals(channel)).findFirst().orElse(null);
  }
}
