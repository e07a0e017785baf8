package io.rollcall.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user that runs the sidecar, and what its rights permit. Access control lists are not read.
 *
 * @param name as in /etc/passwd
 * @param group number of its own group
 * @param groups numbers of all its groups
 */
record ServiceUser(String name, int uid, int group, Set<Integer> groups) {
  static final int READ = 4;
  static final int WRITE = 2;
  static final int SEARCH = 1;

  /** The user of this name; null if there is none. */
  static @Nullable ServiceUser named(String name) {
    for (String line : lines("/etc/passwd")) {
      String[] fields = line.split(":", -1);
      if (fields.length > 3 && fields[0].equals(name)) {
        int own = Integer.parseInt(fields[3]);
        var groups = new HashSet<>(Set.of(own));
        for (String group : lines("/etc/group")) {
          String[] parts = group.split(":", -1);
          if (parts.length > 3 && List.of(parts[3].split(",")).contains(name)) {
            groups.add(Integer.valueOf(parts[2]));
          }
        }
        return new ServiceUser(name, Integer.parseInt(fields[2]), own, groups);
      }
    }
    return null;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException _) {
      return List.of();
    }
  }

  /**
   * The first directory of the path that it may not search, or the path itself if it may not do
   * what is asked; null if it may.
   *
   * @param rights {@link #READ} and {@link #WRITE}, added
   */
  @Nullable Path refuses(Path path, int rights) {
    var directories = new ArrayList<Path>();
    for (Path up = path.toAbsolutePath().getParent(); up != null; up = up.getParent()) {
      directories.addFirst(up);
    }
    for (Path directory : directories) {
      if (!may(directory, SEARCH)) {
        return directory;
      }
    }
    return may(path, rights) ? null : path;
  }

  private boolean may(Path path, int rights) {
    if (uid == 0) {
      return true;
    }
    try {
      Map<String, Object> stat = Files.readAttributes(path, "unix:mode,uid,gid");
      int mode = number(stat, "mode");
      int granted =
          number(stat, "uid") == uid
              ? mode >> 6
              : groups.contains(number(stat, "gid")) ? mode >> 3 : mode;
      return (granted & rights) == rights;
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  /** The name of the user's own group. */
  static String primaryGroup(ServiceUser user) {
    String name = groupName(user.group());
    return name == null ? String.valueOf(user.group()) : name;
  }

  /** The name of the group of a file whose members may do what is asked; null if none may. */
  static @Nullable String groupWith(Path path, int rights) {
    try {
      Map<String, Object> stat = Files.readAttributes(path, "unix:mode,gid");
      int gid = number(stat, "gid");
      boolean granted = ((number(stat, "mode") >> 3) & rights) == rights;
      return granted && gid != 0 ? groupName(gid) : null;
    } catch (IOException _) {
      return null;
    }
  }

  private static @Nullable String groupName(int gid) {
    return lines("/etc/group").stream()
        .map(line -> line.split(":", -1))
        .filter(parts -> parts.length > 2 && parts[2].equals(String.valueOf(gid)))
        .map(parts -> parts[0])
        .findFirst()
        .orElse(null);
  }

  private static int number(Map<String, Object> stat, String name) {
    return stat.get(name) instanceof Number number ? number.intValue() : -1;
  }
}
