package io.rollcall.haproxy.config;

import org.jspecify.annotations.Nullable;

/**
 * The file from which a backend reads the state of its servers at a start.
 *
 * @param keyword names it
 * @param path empty if nothing names it, {@link ProxyConfig#UNKNOWN} or with that if a variable
 *     does
 */
public record StateFileLine(String keyword, String path) {
  /** Null for a backend that reads none. */
  public static @Nullable StateFileLine of(ProxyConfig config, ConfigSection backend) {
    String load = backend.value("load-server-state-from-file");
    if (load.contains(ProxyConfig.UNKNOWN)) {
      return new StateFileLine("load-server-state-from-file", ProxyConfig.UNKNOWN);
    }
    return switch (load) {
      case "global" ->
          new StateFileLine("server-state-file", in(config, global(config, "server-state-file")));
      case "local" -> {
        String name = backend.value("server-state-file-name");
        boolean own = name.isEmpty() || name.equals("use-backend-name");
        yield new StateFileLine("server-state-file-name", in(config, own ? backend.name() : name));
      }
      default -> null;
    };
  }

  private static String in(ProxyConfig config, String file) {
    String base = global(config, "server-state-base");
    return file.isEmpty() || file.startsWith("/") || base.isEmpty() ? file : base + "/" + file;
  }

  private static String global(ProxyConfig config, String keyword) {
    return config.global().map(section -> section.value(keyword)).orElse("");
  }
}
