package io.rollcall.haproxy;

import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.OldWorker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The processes that a reload replaced and that still run. Their admin socket belongs to the new
 * one, so only the kernel shows them: those that were connected before, and the other children of
 * HAProxy's master. Used on one context.
 */
final class OldWorkers {
  private record Replaced(int pid, Instant at, @Nullable ProcessHandle process) {
    OldWorker worker() {
      return new OldWorker(pid, at, process != null);
    }
  }

  private final InstantSource clock;
  private final List<Replaced> replaced = new ArrayList<>();
  private int current;
  private @Nullable ProcessHandle process;

  /**
   * @param clock steady
   */
  OldWorkers(InstantSource clock) {
    this.clock = clock;
  }

  /** A connection to this process was made. */
  void connected(HaproxyInfo info) {
    ProcessHandle next = visible(info.pid()).orElse(null);
    if (info.pid() == current) {
      return;
    }
    Instant now = clock.instant();
    if (current != 0) {
      replaced.add(new Replaced(current, now, process));
    }
    if (next != null) {
      siblings(next).stream()
          .filter(sibling -> replaced.stream().noneMatch(old -> sibling.equals(old.process())))
          .forEach(sibling -> replaced.add(new Replaced((int) sibling.pid(), now, sibling)));
    }
    current = info.pid();
    process = next;
  }

  /**
   * Those that run, or may run.
   *
   * @param unseenFor how long a process may run on that cannot be seen: {@code hard-stop-after}
   */
  List<OldWorker> running(Duration unseenFor) {
    Instant now = clock.instant();
    replaced.removeIf(old ->
        old.pid() == current
            || (old.process() == null
                ? !now.isBefore(old.at().plus(unseenFor))
                : !old.process().isAlive()));
    return replaced.stream().map(Replaced::worker).toList();
  }

  /** The other workers of the same master: they have its program and its arguments. */
  private static List<ProcessHandle> siblings(ProcessHandle worker) {
    Optional<String> program = worker.info().command();
    ProcessHandle parent = worker.parent().orElse(null);
    if (parent == null || !program.equals(parent.info().command())) {
      return List.of();
    }
    return parent
        .children()
        .filter(child -> child.pid() != worker.pid() && child.isAlive())
        .filter(child -> child.info().command().equals(program))
        .toList();
  }

  /** Empty if the process is in another pid namespace, where this number may be another process. */
  private static Optional<ProcessHandle> visible(int pid) {
    return ProcessHandle.of(pid)
        .filter(found ->
            found.info().command().map(command -> command.endsWith("haproxy")).orElse(true));
  }
}
