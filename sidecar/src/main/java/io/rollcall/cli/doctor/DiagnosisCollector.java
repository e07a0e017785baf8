package io.rollcall.cli.doctor;

import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import java.util.ArrayList;
import java.util.List;

/** Collects what an examination finds, in order. */
final class DiagnosisCollector {
  private final List<Diagnosis> all = new ArrayList<>();

  void ok(String about, String text) {
    all.add(new Diagnosis(Diagnosis.Level.OK, about, text, null));
  }

  void warn(String about, String text, Cure cure) {
    all.add(new Diagnosis(Diagnosis.Level.WARN, about, text, cure));
  }

  void fail(String about, String text, Cure cure) {
    all.add(new Diagnosis(Diagnosis.Level.FAIL, about, text, cure));
  }

  /** Says in which file each line is, where HAProxy reads several. */
  void locate(ConfigSources sources, ProxyConfig config) {
    if (sources.files().size() > 1) {
      all.replaceAll(each -> {
        Cure cure = each.cure();
        int line = cure == null ? 0 : line(cure, config);
        return cure == null || line == 0
            ? each
            : new Diagnosis(each.level(), each.about(), each.text(), sources.located(cure, line));
      });
    }
  }

  private static int line(Cure cure, ProxyConfig config) {
    return switch (cure.place()) {
      case REPLACE -> Integer.parseInt(cure.target());
      case ADD ->
          config.sections().stream()
              .filter(section -> section.title().equals(cure.target()))
              .mapToInt(ConfigSection::line)
              .findFirst()
              .orElse(0);
      case RUN, SETTING, DO -> 0;
    };
  }

  List<Diagnosis> all() {
    return List.copyOf(all);
  }
}
