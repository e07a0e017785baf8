package io.rollcall.cli.init;

import java.util.List;

/**
 * Lines that a section of HAProxy's configuration lacks.
 *
 * @param section its first line, {@code backend app}
 * @param isNew the section does not exist yet
 * @param lines at least one, without indentation
 */
public record Addition(String section, boolean isNew, List<String> lines) {
  public Addition {
    lines = List.copyOf(lines);
  }
}
