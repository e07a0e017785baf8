package io.rollcall.cli.doctor;

import io.rollcall.core.model.PoolPolicy;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ConfigTime;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of HAProxy's check: that it asks what they say, and soon enough. */
final class CheckRules {
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
    Duration inter =
        ConfigTime.of(between == null ? line.after("inter") : between.after("fastinter"));
    ConfigLine rise = lineWith("rise");
    long times =
        rise != null && rise.after("rise").matches("\\d{1,6}")
            ? Long.parseLong(rise.after("rise"))
            : 2;
    Duration needed = inter == null ? Duration.ZERO : inter.multipliedBy(times);
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
        ? Cure.replace(line.number(), line.without(1, "inter", "fastinter", "rise") + " inter 1s")
        : Cure.add(section.title(), "default-server inter 1s fastinter 1s rise 2");
  }
}
