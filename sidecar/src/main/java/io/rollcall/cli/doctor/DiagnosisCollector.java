package io.rollcall.cli.doctor;

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

  List<Diagnosis> all() {
    return List.copyOf(all);
  }
}
