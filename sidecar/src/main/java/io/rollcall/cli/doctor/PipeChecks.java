package io.rollcall.cli.doctor;

import io.rollcall.serf.AgentReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The FIFO that Serf's event handlers write: that it is one, who may use it, and who does. */
final class PipeChecks {
  private static final String ABOUT = "serf.pipe";
  private static final String DELETED = " (deleted)";
  private static final int TYPE = 0xF000;
  private static final int FIFO = 0x1000;

  private final Path pipe;
  private final ServiceUser user;
  private final DiagnosisCollector report;

  PipeChecks(Path pipe, ServiceUser user, DiagnosisCollector report) {
    this.pipe = pipe;
    this.user = user;
    this.report = report;
  }

  void examine(@Nullable AgentReading agent) {
    String group = ServiceUser.primaryGroup(user);
    String make =
        "mkfifo -m 660 %s\nchgrp %s %s\nsystemctl restart serf".formatted(pipe, group, pipe);
    if (!Files.exists(pipe)) {
      report.fail(ABOUT, pipe + ": no such file", Cure.run(make));
      return;
    }
    if (!isFifo()) {
      report.fail(ABOUT, pipe + ": is not a FIFO", Cure.run("rm %s\n%s".formatted(pipe, make)));
      return;
    }
    Path refusing = user.refuses(pipe, ServiceUser.READ + ServiceUser.WRITE);
    if (refusing != null) {
      report.fail(
          ABOUT,
          "%s: permission denied for the user %s".formatted(refusing, user.name()),
          Cure.run("chgrp %s %s\nchmod g+rwX %s".formatted(group, refusing, refusing)));
      return;
    }
    if (agent != null && !agent.handlers()) {
      report.warn(
          ABOUT,
          "the agent has no event handlers, so nothing is written to " + pipe,
          Cure.follow(
              "give the agent the handlers of Rollcall (event_handlers in /etc/serf), or set"
                  + " serf.pipe to live by RPC only"));
      return;
    }
    String old = programs(process -> holds(process, pipe + DELETED));
    if (!old.isEmpty()) {
      report.fail(
          ABOUT,
          "%s: %s still has a deleted FIFO of this name open".formatted(pipe, old),
          Cure.run("systemctl restart serf rollcall"));
      return;
    }
    report.ok(ABOUT, pipe + ": a FIFO, " + holders());
  }

  private boolean isFifo() {
    try {
      return Files.getAttribute(pipe, "unix:mode") instanceof Integer mode && (mode & TYPE) == FIFO;
    } catch (IOException _) {
      return false;
    }
  }

  /** The programs that have it open, as far as this user may see them. */
  private String holders() {
    String names = programs(process -> holds(process, pipe.toString()));
    return names.isEmpty() ? "which no process has open now" : "open in " + names;
  }

  private static String programs(Predicate<ProcessHandle> which) {
    var names = new TreeSet<String>();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      all.filter(which)
          .map(process -> process.info().command().orElse("pid " + process.pid()))
          .map(command -> command.substring(command.lastIndexOf('/') + 1))
          .forEach(names::add);
    }
    return String.join(", ", names);
  }

  private boolean holds(ProcessHandle process, String name) {
    try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
      Path real = pipe.toRealPath();
      String wanted = real + name.substring(pipe.toString().length());
      return open.map(PipeChecks::target)
          .anyMatch(target -> target != null && target.toString().equals(wanted));
    } catch (IOException _) {
      return false;
    }
  }

  private static @Nullable Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException _) {
      return null;
    }
  }
}
