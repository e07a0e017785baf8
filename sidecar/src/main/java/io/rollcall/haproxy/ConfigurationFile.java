package io.rollcall.haproxy;

import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileProps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code haproxy.config}, or those of that directory, read at start and when it
 * changes, only for what the admin socket does not show. Used on one context.
 */
final class ConfigurationFile {
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  /** What is assumed where the file is not read, or sets no limit. */
  private static final Duration HARD_STOP_AFTER = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final @Nullable String path;
  private final String stateFile;
  private final List<String> pools;
  private String seen = "";
  private List<ConfigurationFinding> findings = List.of();
  private Duration hardStopAfter = HARD_STOP_AFTER;
  private @Nullable ConfigurationText text;

  /**
   * @param path null to read nothing
   * @param stateFile that Rollcall writes
   */
  ConfigurationFile(Vertx vertx, @Nullable String path, String stateFile, List<String> pools) {
    this.vertx = vertx;
    this.path = path;
    this.stateFile = stateFile;
    this.pools = pools;
  }

  /** What is wrong in the file as it is now; never fails. */
  Future<List<ConfigurationFinding>> findings() {
    String file = path;
    if (file == null) {
      return Future.succeededFuture(List.of());
    }
    return files(file)
        .compose(this::stamped)
        .compose(now ->
            now.stamp().equals(seen) ? Future.succeededFuture() : read(now.files(), now.stamp()))
        .recover(failure -> {
          seen = "";
          text = null;
          findings = List.of(unreadable(file, failure));
          return Future.succeededFuture();
        })
        .map(_ -> findings);
  }

  /** How long a process may run on after a reload, by the file as it was read last. */
  Duration hardStopAfter() {
    return hardStopAfter;
  }

  /** The file shows how this backend is declared. */
  boolean has(String pool) {
    return text != null && text.has(pool);
  }

  /** Files, and what changes with them. */
  private record Stamped(List<String> files, String stamp) {}

  /** A file, or those of a directory that HAProxy reads, in its order. */
  private Future<List<String>> files(String file) {
    return vertx
        .fileSystem()
        .props(file)
        .compose(props ->
            props.isDirectory()
                ? vertx
                    .fileSystem()
                    .readDir(file, "[^.].*\\.cfg")
                    .map(names -> names.stream().sorted().toList())
                : Future.succeededFuture(List.of(file)));
  }

  /** HAProxy passes over a directory in its directory. */
  private Future<Stamped> stamped(List<String> names) {
    var all = names.stream().map(file -> vertx.fileSystem().props(file)).toList();
    return Future.all(all)
        .compose(read -> {
          var files = new ArrayList<>(names);
          var props = new ArrayList<FileProps>(read.list());
          for (int i = props.size() - 1; i >= 0; i--) {
            if (props.get(i).isDirectory()) {
              props.remove(i);
              files.remove(i);
            }
          }
          return props.stream().mapToLong(FileProps::size).sum() > MAX_BYTES
              ? Future.failedFuture("larger than 4 MiB")
              : Future.succeededFuture(
                  new Stamped(
                      files,
                      files
                          + props.stream()
                              .map(ConfigurationFile::stamp)
                              .collect(Collectors.joining(" "))));
        });
  }

  private Future<Void> read(List<String> files, String stamp) {
    var all = files.stream().map(file -> vertx.fileSystem().readFile(file)).toList();
    return Future.all(all)
        .map(read -> {
          List<Buffer> contents = read.list();
          var configuration =
              ConfigurationText.parse(
                  contents.stream().map(Buffer::toString).collect(Collectors.joining("\n")));
          text = configuration;
          findings = configuration.findings(pools, stateFile);
          hardStopAfter =
              Objects.requireNonNullElse(configuration.hardStopAfter(), HARD_STOP_AFTER);
          seen = stamp;
          return null;
        });
  }

  private static String stamp(FileProps props) {
    return props.lastModifiedTime() + " " + props.size();
  }

  private static ConfigurationFinding unreadable(String file, Throwable failure) {
    Throwable cause = failure.getCause();
    String reason =
        cause == null ? String.valueOf(failure.getMessage()) : cause.getClass().getSimpleName();
    return new ConfigurationFinding(
        Fault.UNREADABLE,
        null,
        "haproxy.config: cannot read %s (%s); correct the path, or let the user of the sidecar read it"
            .formatted(file, reason));
  }
}
