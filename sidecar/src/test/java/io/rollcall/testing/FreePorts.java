package io.rollcall.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Ports that were free a moment ago on every address, by TCP and UDP. They are below those that the
 * kernel gives to outgoing connections (from 32768 on), so that none of these takes one before its
 * use, and none is given twice: a test may not have bound its own yet, and what a dead agent leaves
 * behind still gossips with its old port.
 *
 * <p>The kernel is asked, and nothing bound to try: a process that another test starts at that
 * moment would inherit the socket, and hold the port for a moment longer. Each of the at most four
 * processes that run tests at the same time takes every fourth port.
 */
public final class FreePorts {
  private static final List<Path> TABLES =
      Stream.of("tcp", "tcp6", "udp", "udp6")
          .map(table -> Path.of("/proc/net", table))
          .filter(Files::exists)
          .toList();
  private static final int FORK = Integer.getInteger("rollcall.test.fork", 0);
  private static final int FORKS = 4;
  private static final RandomGenerator RANDOM = new SecureRandom();
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  public static int one() {
    if (FORK > FORKS) {
      throw new IllegalStateException("at most %d forks have ports of their own".formatted(FORKS));
    }
    Set<Integer> used = used();
    for (int tries = 0; tries < 1000; tries++) {
      int candidate = FORKS * RANDOM.nextInt(2_500, 8_000) + FORK % FORKS;
      if (!used.contains(candidate) && GIVEN.add(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException("no free port");
  }

  /** The local ports in the kernel's tables, whose second column is {@code ADDRESS:PORT} in hex. */
  private static Set<Integer> used() {
    var ports = new HashSet<Integer>();
    for (Path table : TABLES) {
      try (var lines = Files.lines(table)) {
        lines
            .skip(1)
            .map(line -> line.strip().split(" +", 3)[1])
            .map(local -> Integer.parseInt(local.substring(local.indexOf(':') + 1), 16))
            .forEach(ports::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ports;
  }
}
