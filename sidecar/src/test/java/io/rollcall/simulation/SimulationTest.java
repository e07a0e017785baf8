package io.rollcall.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Seeded lives of a small cluster behind a simulated HAProxy, with every fault we know of; the core
 * plans, and {@link Rules} are held against it after every step. A seed that fails is printed with
 * its last events and the one command that repeats it:
 *
 * <pre>./mvnw -q test -pl sidecar -Dtest=SimulationTest -Dsimulation.seed=N</pre>
 *
 * More of them, from seed 1: {@code -Dsimulation.schedules=N}.
 */
class SimulationTest {
  private static final long SCHEDULES = 10_000;
  private static final String REPEAT =
      "again: ./mvnw -q test -pl sidecar -Dtest=SimulationTest -Dsimulation.seed=";

  @Test
  void holdsEveryRuleInEverySchedule() {
    Long seed = Long.getLong("simulation.seed");
    OptionalLong broken =
        seed != null
            ? OptionalLong.of(seed).stream().filter(SimulationTest::breaks).findFirst()
            : LongStream.rangeClosed(1, Long.getLong("simulation.schedules", SCHEDULES))
                .parallel()
                .filter(SimulationTest::breaks)
                .findFirst();
    broken.ifPresent(SimulationTest::report);
  }

  private static boolean breaks(long seed) {
    try {
      new Schedule(seed, false).run();
      return false;
    } catch (AssertionError | RuntimeException _) {
      return true;
    }
  }

  /** Runs it once more, and this time writes down what happens. */
  private static void report(long seed) {
    var schedule = new Schedule(seed, true);
    try {
      schedule.run();
    } catch (AssertionError | RuntimeException e) {
      fail("seed " + seed + ": " + e.getMessage() + "\n" + REPEAT + seed + "\n" + schedule, e);
    }
    fail("seed " + seed + " broke a rule, but not when it was repeated");
  }
}
