package io.rollcall.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of HAProxy's configuration, which HAProxy reads one after the other as if they were
 * one: {@code -f} may be there several times, and may name a directory.
 *
 * @param files in the order in which HAProxy reads them
 * @param texts of each
 */
record ConfigSources(List<Path> files, List<String> texts) {
  private static final Pattern PID = Pattern.compile("(?m)^Pid: (\\d+)");

  ConfigSources {
    files = List.copyOf(files);
    texts = List.copyOf(texts);
  }

  /** Reads them, each with a line end at its end. */
  static ConfigSources read(List<Path> files) throws IOException {
    var texts = new ArrayList<String>();
    for (Path file : files) {
      String text = Files.readString(file);
      texts.add(text.isEmpty() || text.endsWith("\n") ? text : text + "\n");
    }
    return new ConfigSources(files, texts);
  }

  /** A file, or those of a directory that HAProxy reads. */
  static List<Path> expand(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    var files = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(path, "[!.]*.cfg")) {
      all.forEach(files::add);
    }
    files.removeIf(Files::isDirectory);
    files.sort(null);
    return files;
  }

  /**
   * The files with which the running HAProxy was started, none if that cannot be seen: in another
   * namespace of processes its pid is that of another program, and after a {@code chroot} paths
   * lead elsewhere.
   *
   * @param info the reply to {@code show info}
   */
  static List<Path> started(String info) {
    Matcher pid = PID.matcher(info);
    if (!pid.find()) {
      return List.of();
    }
    Path process = Path.of("/proc", pid.group(1));
    try {
      Path directory = process.resolve("cwd").toRealPath();
      String[] words = Files.readString(process.resolve("cmdline"), ISO_8859_1).split("\0", -1);
      if (!words[0].substring(words[0].lastIndexOf('/') + 1).startsWith("haproxy")) {
        return List.of();
      }
      var files = new ArrayList<Path>();
      for (int i = 1; i + 1 < words.length; i++) {
        if (words[i].equals("-f")) {
          files.addAll(expand(directory.resolve(words[i + 1])));
        }
      }
      return files.stream().allMatch(Files::exists) ? files : List.of();
    } catch (IOException | UncheckedIOException _) {
      return List.of();
    }
  }

  /** The configuration as one text. */
  String text() {
    return String.join("", texts);
  }

  /** The cure with the file that it changes, and the number of the line there. */
  Cure located(Cure cure, int line) {
    int before = 0;
    for (int i = 0; i < files.size(); i++) {
      int lines = (int) texts.get(i).lines().count();
      if (line <= before + lines || i == files.size() - 1) {
        String target =
            cure.place() == Cure.Place.REPLACE ? String.valueOf(line - before) : cure.target();
        return new Cure(cure.place(), target, cure.text(), files.get(i).toString());
      }
      before += lines;
    }
    return cure;
  }
}
