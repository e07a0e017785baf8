package io.rollcall.core.status;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Requests, errors and who was up in each step of time, for as many steps as it was made for. Steps
 * are counted from 1970 by the wall clock; a clock that is set back changes no step that was
 * recorded later. Not thread-safe.
 */
public final class TrafficSeries {
  private static final int UNKNOWN = -1;
  private static final int MAX = 1_000_000_000;

  private final int stepSeconds;
  private final int[] requests;
  private final int[] errors;
  private final int[] up;

  /** The number of the newest step; negative if none was recorded. */
  private long newest = -1;

  /**
   * @param steps how many are kept
   */
  public TrafficSeries(int stepSeconds, int steps) {
    this.stepSeconds = stepSeconds;
    this.requests = new int[steps];
    this.errors = new int[steps];
    this.up = new int[steps];
    Arrays.fill(up, UNKNOWN);
  }

  /**
   * Adds to the step of this time.
   *
   * @param second of the wall clock, from 1970
   * @param upNow how many are up; the least of a step is kept
   */
  public void add(long second, long moreRequests, long moreErrors, int upNow) {
    long step = Math.max(Math.floorDiv(second, stepSeconds), newest);
    advance(step);
    int at = index(step);
    requests[at] = (int) Math.min(MAX, requests[at] + moreRequests);
    errors[at] = (int) Math.min(MAX, errors[at] + moreErrors);
    up[at] = up[at] == UNKNOWN ? upNow : Math.min(up[at], upNow);
  }

  private void advance(long step) {
    long from = Math.max(newest + 1, step - requests.length + 1);
    for (long i = from; i <= step; i++) {
      int at = index(i);
      requests[at] = 0;
      errors[at] = 0;
      up[at] = UNKNOWN;
    }
    newest = step;
  }

  private int index(long step) {
    return (int) (step % requests.length);
  }

  public int stepSeconds() {
    return stepSeconds;
  }

  /** The second in which the oldest step begins, up to a present time. */
  public long from(long second) {
    return (Math.floorDiv(second, stepSeconds) - requests.length + 1) * stepSeconds;
  }

  /** Requests of each step up to a present time, oldest first. */
  public List<Integer> requests(long second) {
    return values(requests, second, 0).toList();
  }

  /** Errors of each step up to a present time, oldest first. */
  public List<Integer> errors(long second) {
    return values(errors, second, 0).toList();
  }

  /** How many were up in each step, at least; null where nothing was recorded. */
  public List<@Nullable Integer> up(long second) {
    return values(up, second, UNKNOWN)
        .<@Nullable Integer>map(n -> n == UNKNOWN ? null : n)
        .collect(Collectors.toList());
  }

  private Stream<Integer> values(int[] ring, long second, int none) {
    long last = Math.floorDiv(second, stepSeconds);
    return IntStream.range(0, ring.length)
        .mapToObj(i -> {
          long step = last - ring.length + 1 + i;
          boolean kept = step <= newest && step > newest - ring.length && newest >= 0;
          return kept && step >= 0 ? ring[index(step)] : none;
        });
  }

  /** As it is saved; runs of equal numbers are short: {@code 0*57,12,3}. */
  public TrafficText text() {
    long second = Math.max(newest, 0) * stepSeconds;
    return new TrafficText(
        newest,
        runs(values(requests, second, 0).toList()),
        runs(values(errors, second, 0).toList()),
        runs(values(up, second, UNKNOWN).toList()));
  }

  /** Takes over what was saved, if it is of as many steps; anything else is left out. */
  public void restore(TrafficText saved) {
    List<Integer> savedRequests = numbers(saved.requests(), requests.length);
    List<Integer> savedErrors = numbers(saved.errors(), requests.length);
    List<Integer> savedUp = numbers(saved.up(), requests.length);
    boolean whole =
        savedRequests.size() == requests.length
            && savedErrors.size() == requests.length
            && savedUp.size() == requests.length;
    if (whole && saved.newest() > newest && saved.newest() >= requests.length) {
      newest = saved.newest();
      for (int i = 0; i < requests.length; i++) {
        int at = index(newest - requests.length + 1 + i);
        requests[at] = savedRequests.get(i);
        errors[at] = savedErrors.get(i);
        up[at] = savedUp.get(i);
      }
    }
  }

  private static String runs(List<Integer> numbers) {
    var text = new StringBuilder();
    for (int i = 0; i < numbers.size(); ) {
      int end = i + 1;
      while (end < numbers.size() && numbers.get(end).equals(numbers.get(i))) {
        end++;
      }
      text.append(text.isEmpty() ? "" : ",").append(numbers.get(i));
      text.append(end - i > 1 ? "*" + (end - i) : "");
      i = end;
    }
    return text.toString();
  }

  /** At most so many; none if the text is malformed. */
  private static List<Integer> numbers(String text, int most) {
    if (!text.matches("-?\\d{1,9}(\\*\\d{1,4})?(,-?\\d{1,9}(\\*\\d{1,4})?)*")) {
      return List.of();
    }
    return Stream.of(text.split(",", -1))
        .flatMap(part -> {
          String[] run = part.split("\\*", -1);
          return Stream.generate(() -> Integer.valueOf(run[0]))
              .limit(run.length > 1 ? Integer.parseInt(run[1]) : 1);
        })
        .limit(most)
        .toList();
  }
}
