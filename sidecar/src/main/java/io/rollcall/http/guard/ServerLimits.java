package io.rollcall.http.guard;

import java.time.Duration;

/**
 * Limits of the HTTP server. A new connection is always accepted: where there are too many, another
 * one is closed for it.
 *
 * @param connections open connections, at least 1
 * @param connectionsPerAddress open connections of one IPv4 address or one /64 of IPv6
 * @param streamsPerAddress open streams of server-sent events of one address
 * @param bytesInFlight bytes of responses that clients have not read yet, over all connections
 * @param requestTime longest time for a whole request to arrive, from the start of the connection
 *     or the end of the last response
 * @param responseTime longest time for a client to read a response
 */
public record ServerLimits(
    int connections,
    int connectionsPerAddress,
    int streamsPerAddress,
    int bytesInFlight,
    Duration requestTime,
    Duration responseTime) {
  /**
   * A connection at rest takes about 12 KiB of heap, so that all of them and the bytes in flight
   * take less than a quarter of the 64 MiB that the service has.
   */
  public static final ServerLimits STANDARD =
      new ServerLimits(512, 128, 64, 8 << 20, Duration.ofSeconds(30), Duration.ofSeconds(60));

  /** File descriptors for jars, files, the pipe, the admin socket and RPC. */
  private static final int RESERVED_DESCRIPTORS = 160;

  /** Connections that the kernel gave and the event loop has not seen yet. */
  private static final int UNSEEN = 64;

  private static final int FEWEST = 32;

  /** The same, with so few connections that a reserve of file descriptors remains. */
  public ServerLimits within(long descriptors) {
    long most = Math.max(FEWEST, descriptors - RESERVED_DESCRIPTORS - UNSEEN);
    int all = (int) Math.min(connections, most);
    return new ServerLimits(
        all,
        Math.min(connectionsPerAddress, Math.max(1, all - all / 4)),
        streamsPerAddress,
        bytesInFlight,
        requestTime,
        responseTime);
  }

  /** The same with another time for a request. */
  public ServerLimits withRequestTime(Duration time) {
    return new ServerLimits(
        connections, connectionsPerAddress, streamsPerAddress, bytesInFlight, time, responseTime);
  }

  /** Connections that are accepted at once, before the event loop closes others for them. */
  int accepted() {
    return connections + UNSEEN;
  }
}
