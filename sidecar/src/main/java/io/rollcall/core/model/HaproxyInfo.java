package io.rollcall.core.model;

/**
 * The process behind the admin socket, by {@code show info}.
 *
 * @param version as printed, {@code 2.6.12-1+deb12u4}
 * @param uptimeSeconds whole seconds since its start
 * @param stopping an old worker after a reload: it refuses every change and routes by the list it
 *     had
 * @param currentConnections client connections open now
 * @param requestRate requests of the last second
 */
public record HaproxyInfo(
    String version,
    int pid,
    long uptimeSeconds,
    boolean stopping,
    int currentConnections,
    int requestRate) {

  /** True from the named version on, {@code atLeast(3, 0)}; false if the version is unreadable. */
  public boolean atLeast(int major, int minor) {
    var found = java.util.regex.Pattern.compile("^(\\d{1,4})\\.(\\d{1,4})").matcher(version);
    if (!found.find()) {
      return false;
    }
    int seenMajor = Integer.parseInt(found.group(1));
    return seenMajor > major || (seenMajor == major && Integer.parseInt(found.group(2)) >= minor);
  }
}
