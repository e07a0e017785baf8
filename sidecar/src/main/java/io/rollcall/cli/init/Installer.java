package io.rollcall.cli.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the files of an initialization and makes the services use them, or puts all back. */
public final class Installer {
  private final Initialization initialization;
  private final Map<String, String> environment;
  private final Consumer<String> printer;
  private final List<FileChange> written = new ArrayList<>();

  /**
   * @param environment of the commands: its PATH is searched
   * @param printer receives one line for each step
   */
  public Installer(
      Initialization initialization, Map<String, String> environment, Consumer<String> printer) {
    this.initialization = initialization;
    this.environment = environment;
    this.printer = printer;
  }

  /** What {@link #apply} runs once the files are written, in order. */
  public List<String> commands() {
    var commands = new ArrayList<String>();
    boolean haproxyUnit = changes("haproxy.service.d");
    boolean serfUnit = changes("serf.service.d");
    if (haproxyUnit || serfUnit) {
      commands.add("systemctl daemon-reload");
    }
    if (haproxyUnit) {
      // a reload does not give it a new environment
      commands.add("systemctl restart haproxy");
    } else if (!initialization.additions().isEmpty()) {
      commands.add("systemctl reload-or-restart haproxy");
    }
    if (serfUnit) {
      commands.add("systemctl restart serf");
    }
    commands.add("systemctl enable rollcall");
    commands.add("systemctl restart rollcall");
    return commands;
  }

  private boolean changes(String part) {
    return initialization.files().stream().anyMatch(file -> file.file().toString().contains(part));
  }

  /** Writes all files, each after a backup. If one fails, those before it are put back. */
  public void write() throws IOException {
    for (FileChange file : initialization.files()) {
      try {
        Path backup = file.write();
        written.add(file);
        printer.accept(
            "wrote %s%s"
                .formatted(file.file(), backup == null ? "" : ", the former text is in " + backup));
      } catch (IOException e) {
        putBack();
        throw new IOException("%s: %s".formatted(file.file(), e), e);
      }
    }
  }

  /**
   * Runs the commands. When one fails, the files are as before and the services use those again.
   *
   * @return null, or one line that says which command failed and how
   */
  public @Nullable String apply() throws IOException {
    for (String command : commands()) {
      printer.accept(command);
      String failure = run(command);
      if (failure != null) {
        putBack();
        return "%s failed: %s; everything was put back".formatted(command, failure);
      }
    }
    return null;
  }

  private void putBack() throws IOException {
    var commands = new ArrayList<>(commands());
    for (FileChange file : written.reversed()) {
      file.undo();
      printer.accept("put back " + file.file());
    }
    written.clear();
    commands.remove("systemctl restart rollcall");
    commands.replaceAll(command -> command.replace("enable rollcall", "disable --now rollcall"));
    for (String command : commands) {
      String failure = run(command);
      printer.accept(command + (failure == null ? "" : " failed: " + failure));
    }
  }

  /** Null for status 0; else the last line that it printed. */
  private @Nullable String run(String command) throws IOException {
    var builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    try {
      int status = process.waitFor();
      return status == 0
          ? null
          : output.isEmpty() ? "status " + status : output.substring(output.lastIndexOf('\n') + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
