package io.rollcall.core.model;

/**
 * How the sidecar asks an application of a pool whether it is ready, before HAProxy's own check has
 * run.
 *
 * @param path of the HTTP request; empty for a connection alone
 * @param host of the HTTP request; empty for the member's address
 */
public record Readiness(Kind kind, String path, String host) {
  /** It is not asked. */
  public static final Readiness OFF = new Readiness(Kind.OFF, "", "");

  /** It is ready once it accepts a TCP connection. */
  public static final Readiness TCP = new Readiness(Kind.TCP, "", "");

  /** What is asked. */
  public enum Kind {
    OFF,
    TCP,
    HTTP
  }

  /** It is ready once it answers a GET of this path with a status from 200 to 299. */
  public static Readiness http(String host, String path) {
    return new Readiness(Kind.HTTP, path, host);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case OFF -> "off";
      case TCP -> "tcp";
      case HTTP -> host + path;
    };
  }
}
