package io.rollcall.http.page;

import io.rollcall.core.status.TrafficSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last hour of a member as a row of 60 minutes: a bar for the requests, a cross for errors, a
 * line below where it was not up.
 *
 * @param text the same in words
 */
record HourStrip(List<Minute> minutes, String text) {
  private static final int HEIGHT = 24;
  private static final int WIDTH = 5;

  /**
   * One minute, in pixels.
   *
   * @param height of its bar, 0 for none
   * @param erred there were errors
   * @param out it was not up for some time; false if that is unknown
   */
  record Minute(int x, int y, int height, boolean erred, boolean out) {}

  static @Nullable HourStrip of(@Nullable TrafficSeries series, Instant now) {
    if (series == null) {
      return null;
    }
    long second = now.getEpochSecond();
    List<Integer> requests = series.requests(second);
    List<Integer> errors = series.errors(second);
    List<@Nullable Integer> up = series.up(second);
    int most = Math.max(1, Collections.max(requests));
    long outMinutes = 0;
    var minutes = new ArrayList<Minute>();
    for (int i = 0; i < requests.size(); i++) {
      Integer upThen = up.get(i);
      boolean out = upThen != null && upThen == 0;
      outMinutes += out ? 1 : 0;
      int height = (int) Math.ceil((double) HEIGHT * requests.get(i) / most);
      minutes.add(new Minute(i * WIDTH, HEIGHT - height, height, errors.get(i) > 0, out));
    }
    return new HourStrip(
        List.copyOf(minutes),
        "last hour: %,d requests, at most %,d a minute; %,d errors; not up in %d minutes"
            .formatted(sum(requests), Collections.max(requests), sum(errors), outMinutes));
  }

  private static long sum(List<Integer> numbers) {
    return numbers.stream().mapToLong(Integer::longValue).sum();
  }
}
