package io.rollcall.cli.doctor;

import io.rollcall.config.Settings;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.haproxy.AdminSocket;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.ProxyConfig;
import io.rollcall.serf.AgentReading;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the checks of one examination share.
 *
 * @param configFile HAProxy's configuration
 * @param config null if that file cannot be read
 * @param socket its admin socket
 * @param info the reply to {@code show info}; empty if HAProxy does not answer
 * @param stats the rows of {@code show stat}; empty if HAProxy does not answer
 * @param agent null if the Serf agent does not answer
 * @param user the user that runs the sidecar
 */
record ExaminationInput(
    Settings settings,
    Path configFile,
    @Nullable ProxyConfig config,
    AdminSocket socket,
    String info,
    List<Map<String, String>> stats,
    @Nullable AgentReading agent,
    ServiceUser user) {
  private static final Pattern VERSION = Pattern.compile("(?m)^Version: (\\d{1,3})\\.(\\d{1,3})");

  /** The section of a pool's backend; null if the configuration has none or cannot be read. */
  @Nullable ConfigSection section(PoolPolicy pool) {
    return config == null ? null : config.backend(pool.backend()).orElse(null);
  }

  /** HAProxy's version as a number, 206 for 2.6; 0 if it is unknown. */
  int version() {
    Matcher version = VERSION.matcher(info);
    return version.find()
        ? Integer.parseInt(version.group(1)) * 100 + Integer.parseInt(version.group(2))
        : 0;
  }

  /** The alive members that a pool selects. */
  List<Member> members(PoolPolicy pool) {
    return agent == null
        ? List.of()
        : SerfChecks.alive(agent).stream().filter(pool::matches).toList();
  }

  /** How many of them this balancer takes. */
  long taken(PoolPolicy pool) {
    int subset = pool.options().subset();
    return subset == 0 ? members(pool).size() : Math.min(subset, members(pool).size());
  }

  /** How many balancers are alive in gossip. */
  long balancers() {
    return agent == null
        ? 0
        : SerfChecks.alive(agent).stream()
            .filter(member -> member.tag("role").equals("balancer"))
            .count();
  }

  /** HAProxy answered on its admin socket. */
  boolean live() {
    return !stats.isEmpty();
  }
}
