package io.rollcall.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What removes the cause of a diagnosis, as text to paste.
 *
 * @param place what to do with the text
 * @param target the section for {@code ADD}, the number of the line for {@code REPLACE}, the file
 *     for {@code SETTING}; empty otherwise
 * @param text one or more lines
 * @param file of HAProxy's configuration that it changes, where that has several; null otherwise
 */
public record Cure(Place place, String target, String text, @Nullable String file) {
  Cure(Place place, String target, String text) {
    this(place, target, text, null);
  }

  /** What to do with a text. */
  public enum Place {
    /** Run it as root. */
    RUN,
    /** Add it to a section of haproxy.cfg, below its first line, and reload HAProxy. */
    ADD,
    /** Replace a line of haproxy.cfg by it, and reload HAProxy. */
    REPLACE,
    /** Set it in the settings of Rollcall. */
    SETTING,
    /** Follow it: there is nothing to paste. */
    DO
  }

  static Cure run(String commands) {
    return new Cure(Place.RUN, "", commands);
  }

  static Cure add(String section, String lines) {
    return new Cure(Place.ADD, section, lines);
  }

  static Cure replace(int line, String by) {
    return new Cure(Place.REPLACE, String.valueOf(line), by);
  }

  static Cure setting(String yaml) {
    return new Cure(Place.SETTING, "", yaml);
  }

  static Cure follow(String advice) {
    return new Cure(Place.DO, "", advice);
  }

  /**
   * One line that says where the text belongs.
   *
   * @param settings the file of the settings
   * @param haproxy the file of HAProxy's configuration
   */
  public String title(String settings, String haproxy) {
    String changed = file == null ? haproxy : file;
    return switch (place) {
      case RUN -> "run as root:";
      case ADD -> "in %s, below \"%s\", add, then reload HAProxy:".formatted(changed, target);
      case REPLACE -> "in %s, replace line %s by, then reload HAProxy:".formatted(changed, target);
      case SETTING -> "in %s, set:".formatted(settings);
      case DO -> "do:";
    };
  }
}
