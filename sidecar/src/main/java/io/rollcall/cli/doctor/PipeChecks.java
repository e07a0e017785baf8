package io.rollcall.cli.doctor;

import io.rollcall.serf.AgentReading;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
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
    whoHasItOpen();
  }

  private void whoHasItOpen() {
    Map<String, SortedSet<String>> holders = holders();
    SortedSet<String> old = holders.getOrDefault(pipe + DELETED, new TreeSet<>());
    if (!old.isEmpty()) {
      report.fail(
          ABOUT,
          "%s: %s still has a deleted FIFO of this name open"
              .formatted(pipe, String.join(", ", old)),
          Cure.run("systemctl restart serf rollcall"));
      return;
    }
    SortedSet<String> now = holders.getOrDefault(pipe.toString(), new TreeSet<>());
    report.ok(
        ABOUT,
        pipe
            + ": a FIFO, "
            + (now.isEmpty()
                ? "which no process has open now"
                : "open in " + String.join(", ", now)));
  }

  private boolean isFifo() {
    try {
      return Files.getAttribute(pipe, "unix:mode") instanceof Integer mode && (mode & TYPE) == FIFO;
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * The programs that have it open, and those that have a deleted one of its name, by what /proc
   * calls the file; as far as this user may see them.
   */
  private Map<String, SortedSet<String>> holders() {
    var found = new HashMap<String, SortedSet<String>>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      String real = pipe.toRealPath().toString();
      for (Path process : processes) {
        open(process).stream()
            .filter(file -> file.startsWith(real))
            .map(file -> pipe + file.substring(real.length()))
            .forEach(
                file -> found.computeIfAbsent(file, _ -> new TreeSet<>()).add(program(process)));
      }
    } catch (IOException _) {
      return found;
    }
    return found;
  }

  private static List<String> open(Path process) {
    var files = new ArrayList<String>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : open) {
        files.add(target(descriptor));
      }
    } catch (IOException | DirectoryIteratorException _) {
      // of another user, or it has ended
    }
    return files;
  }

  private static String program(Path process) {
    String path = target(process.resolve("exe"));
    return path.isEmpty()
        ? "pid " + process.getFileName()
        : path.substring(path.lastIndexOf('/') + 1);
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException _) {
      return "";
    }
  }
}
