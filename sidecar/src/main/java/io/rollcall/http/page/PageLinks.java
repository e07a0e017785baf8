package io.rollcall.http.page;

import io.rollcall.core.status.Format;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of pages that other programs serve.
 *
 * @param haproxyPort port of HAProxy's own page, on the host of this page
 * @param sidecarPort port of the other balancers' pages: the same as of this one
 */
public record PageLinks(int haproxyPort, int sidecarPort) {
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}])(:\\d{1,5})?");
  private static final int DEFAULT_PORT = 1936;

  /** With the port of HAProxy's page that its configuration takes from the environment, too. */
  public static PageLinks of(Map<String, String> environment, int sidecarPort) {
    String port = environment.getOrDefault("HAPROXY_STATS_PORT", "");
    return new PageLinks(
        port.matches("[1-9]\\d{0,4}") ? Integer.parseInt(port) : DEFAULT_PORT, sidecarPort);
  }

  /**
   * HAProxy's page; null if the browser's name for this host is unknown or unusual.
   *
   * @param host the header {@code Host} of a request
   */
  @Nullable String haproxy(@Nullable String host) {
    Matcher found = HOST.matcher(host == null ? "" : host);
    return found.matches() ? "http://" + found.group(1) + ":" + haproxyPort + "/" : null;
  }

  /** The page of another balancer, by the scheme of this page; null without an address. */
  @Nullable String balancer(@Nullable String address) {
    return address == null ? null : "//" + Format.address(address, sidecarPort) + "/";
  }
}
