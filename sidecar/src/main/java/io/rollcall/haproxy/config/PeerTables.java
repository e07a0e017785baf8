package io.rollcall.haproxy.config;

import java.util.List;
import java.util.stream.Stream;

/** Stick tables that HAProxy exchanges with peers. */
public final class PeerTables {
  private PeerTables() {}

  /**
   * Whether other machines have the backend's table, too. A single peer is HAProxy itself, which so
   * hands the table to its next process.
   */
  public static boolean isShared(ProxyConfig config, ConfigSection backend) {
    List<ConfigLine> tables = backend.lines("stick-table");
    String peers = tables.isEmpty() ? "" : tables.getLast().after("peers");
    return !peers.isEmpty()
        && config.sections("peers").stream()
            .filter(section -> section.name().equals(peers))
            .anyMatch(PeerTables::hasOthers);
  }

  private static boolean hasOthers(ConfigSection peers) {
    return Stream.of("peer", "server").mapToInt(keyword -> peers.lines(keyword).size()).sum() > 1;
  }
}
