package io.rollcall.fuzz;

import static java.util.Map.entry;

import io.rollcall.haproxy.HaproxyFuzz;
import io.rollcall.http.HttpFuzz;
import io.rollcall.serf.SerfFuzz;
import io.rollcall.store.StoreFuzz;
import java.util.Map;
import java.util.Objects;

/**
 * Everything that reads what others wrote. {@code bench/fuzz} has Jazzer call one of them by its
 * name; {@link CorpusTest} replays what Jazzer found.
 */
public final class FuzzTargets {
  /** Throws nothing, whatever the bytes are. */
  public interface FuzzTarget {
    void read(byte[] bytes) throws Exception;
  }

  static final Map<String, FuzzTarget> ALL =
      Map.ofEntries(
          entry("pipe", SerfFuzz::pipe),
          entry("rpc", SerfFuzz::rpc),
          entry("replies", HaproxyFuzz::replies),
          entry("servers-state", HaproxyFuzz::serversState),
          entry("stat", HaproxyFuzz::stat),
          entry("table", HaproxyFuzz::table),
          entry("info", HaproxyFuzz::info),
          entry("state-file", HaproxyFuzz::stateFile),
          entry("snapshot", HaproxyFuzz::snapshot),
          entry("memory", StoreFuzz::memory),
          entry("history", StoreFuzz::history),
          entry("journal", StoreFuzz::journal),
          entry("http-path", HttpFuzz::path),
          entry("http-action", HttpFuzz::action),
          entry("http-terms", HttpFuzz::terms));

  private static final FuzzTarget CHOSEN = ALL.get(System.getProperty("rollcall.fuzz", "pipe"));

  private FuzzTargets() {}

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
    Objects.requireNonNull(CHOSEN, "no such target").read(bytes);
  }
}
