package io.rollcall.alert;

import io.rollcall.core.Component;
import io.rollcall.core.status.Status;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that fails at one instant.
 *
 * @param failing by what it is about
 * @param healthy what was checked and does not fail
 * @param unreadPools pools whose state is unknown: their incidents stay as they are
 * @param unknown other keys whose state is unknown: their incidents stay as they are
 */
public record Findings(
    SortedMap<AlertKey, Finding> failing,
    Map<AlertKey, Resolution> healthy,
    Set<String> unreadPools,
    Set<AlertKey> unknown) {
  public Findings {
    failing = Collections.unmodifiableSortedMap(new TreeMap<>(failing));
    healthy = Map.copyOf(healthy);
    unreadPools = Set.copyOf(unreadPools);
    unknown = Set.copyOf(unknown);
  }

  /**
   * Evaluates a status.
   *
   * @param components what fails, one line each
   * @param holdBelow by pool, the share of its servers below which its capacity is low
   */
  public static Findings of(
      Status status,
      Map<Component, String> components,
      Map<String, Double> holdBelow,
      Instant now) {
    var failing = new TreeMap<>(componentsOnly(status, components).failing);
    var healthy = new TreeMap<AlertKey, Resolution>();
    var unreadPools = new HashSet<String>();
    var unknown = new HashSet<AlertKey>();
    for (Status.PoolStatus pool : status.pools()) {
      if (!pool.known()) {
        unreadPools.add(pool.backend());
        continue;
      }
      double share = holdBelow.getOrDefault(pool.backend(), 0.0);
      var found = new PoolFindings(pool, share, status.serf().reachable(), now);
      failing.putAll(found.failing());
      healthy.putAll(found.healthy());
      unknown.addAll(found.unknown());
    }
    unknown.removeAll(failing.keySet());
    return new Findings(failing, healthy, unreadPools, unknown);
  }

  /** Before the first plan was applied the state of the pools is unknown. */
  public static Findings componentsOnly(Status status, Map<Component, String> components) {
    var failing = new TreeMap<AlertKey, Finding>();
    components.forEach((component, line) ->
        failing.put(AlertKey.component(component), new Finding("failed", line)));
    return new Findings(
        failing,
        Map.of(),
        status.pools().stream().map(Status.PoolStatus::backend).collect(Collectors.toSet()),
        Set.of());
  }

  /** The state of this is unknown. */
  boolean isUnknown(AlertKey key) {
    return unknown.contains(key) || (key.pool() != null && unreadPools.contains(key.pool()));
  }

  /** The present state of something that does not fail. */
  Resolution resolution(AlertKey key) {
    return healthy.getOrDefault(key, Resolution.absent(key.kind()));
  }
}
