package io.rollcall.cli.doctor;

import io.rollcall.core.model.PoolPolicy;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of HAProxy's check: that it asks what they say, and soon enough. */
final class CheckRules {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(us|ms|s|m|h|d)?");
  private static final Map<String, Double> MILLIS =
      Map.of("us", 0.001, "ms", 1.0, "s", 1e3, "m", 6e4, "h", 3.6e6, "d", 8.64e7);

  private final PoolPolicy pool;
  private final ConfigSection section;
  private final DiagnosisCollector report;
  private final String about;

  CheckRules(PoolPolicy pool, ConfigSection section, DiagnosisCollector report) {
    this.pool = pool;
    this.section = section;
    this.report = report;
    this.about = "backend " + pool.backend();
  }

  void examine() {
    boolean other =
        Stream.of(section.own(), section.inherited())
            .flatMap(List::stream)
            .anyMatch(line -> line.starts("option") && line.word(1).matches(".*-(check|chk)"));
    if (!section.lines("http-check").isEmpty() && !section.has("option", "httpchk") && !other) {
      report.warn(
          about,
          "http-check without option httpchk: HAProxy only connects, and asks nothing",
          Cure.add(section.title(), "option httpchk"));
    }
    slow();
  }

  /** The line whose interval counts: that of the slots, else the last default. */
  private @Nullable ConfigLine lineWith(String keyword) {
    return Stream.of("server-template", "default-server")
        .flatMap(kind -> section.lines(kind).reversed().stream())
        .filter(line -> line.has(keyword, 1))
        .findFirst()
        .orElse(null);
  }

  private void slow() {
    ConfigLine line = lineWith("inter");
    if (line == null) {
      return; // 2 s
    }
    ConfigLine between = lineWith("fastinter");
    long inter =
        millis((between == null ? line : between).after(between == null ? "inter" : "fastinter"));
    ConfigLine rise = lineWith("rise");
    long times =
        rise != null && rise.after("rise").matches("\\d{1,6}")
            ? Long.parseLong(rise.after("rise"))
            : 2;
    Duration needed = Duration.ofMillis(inter * times);
    if (needed.compareTo(pool.joinTimeout()) > 0) {
      report.warn(
          about,
          "its check takes %d s to find a server up (inter x rise), joinTimeout is %d s"
              .formatted(needed.toSeconds(), pool.joinTimeout().toSeconds()),
          faster(line));
    }
  }

  private Cure faster(ConfigLine line) {
    return section.own().contains(line)
        ? Cure.replace(
            line.number(), without(line, List.of("inter", "fastinter", "rise")) + " inter 1s")
        : Cure.add(section.title(), "default-server inter 1s fastinter 1s rise 2");
  }

  private static String without(ConfigLine line, List<String> keywords) {
    var words = new ArrayList<>(line.words());
    for (String keyword : keywords) {
      int at = words.indexOf(keyword);
      if (at >= 0) {
        words.subList(at, Math.min(words.size(), at + 2)).clear();
      }
    }
    return String.join(" ", words);
  }

  /** Of a time as HAProxy writes it; 0 for anything else. */
  private static long millis(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return 0;
    }
    String unit = time.group(2) == null ? "ms" : time.group(2);
    return (long) (Long.parseLong(time.group(1)) * MILLIS.getOrDefault(unit, 1.0));
  }
}
