package io.rollcall.haproxy;

import io.rollcall.core.model.ConfigurationFinding;
import io.vertx.core.Future;
import io.vertx.core.file.FileProps;
import io.vertx.core.file.FileSystem;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says in one line why a connection to the admin socket failed, and what to check. */
final class SocketDiagnosis {
  private static final String EXPECTED =
      "expected HAProxy's \"stats socket\": check haproxy.socket";

  private static final Set<String> LOWER_LEVELS = Set.of("operator", "user");

  private SocketDiagnosis() {}

  /** Inspects the file, because the kernel "refuses" a regular file as it does a dead socket. */
  static Future<String> diagnose(FileSystem files, String path, Throwable failure) {
    return files
        .props(path)
        .map(file -> ofFile(file, failure))
        .otherwise(SocketDiagnosis::ofNoFile)
        .map(reason -> line(path, reason));
  }

  static String line(String path, String reason) {
    return "admin socket " + path + ": " + reason;
  }

  /**
   * What is wrong with the level of a socket that answers.
   *
   * @param level null while it is unknown
   */
  static List<ConfigurationFinding> ofLevel(@Nullable String level) {
    if (level == null || !LOWER_LEVELS.contains(level)) {
      return List.of();
    }
    return List.of(
        new ConfigurationFinding(
            ConfigurationFinding.Fault.NOT_ADMIN,
            null,
            "the admin socket has level "
                + level
                + ", and HAProxy refuses all changes: add \"level admin\" to its"
                + " \"stats socket\" and reload HAProxy"));
  }

  private static String ofFile(FileProps file, Throwable failure) {
    if (!file.isOther()) {
      return "not a socket (" + EXPECTED + ")";
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("Connection refused")) {
      return "connection refused (HAProxy is not running)";
    }
    return message.contains("Permission denied")
        ? "permission denied (this user needs read and write access to the socket)"
        : message;
  }

  private static String ofNoFile(Throwable failure) {
    return failure.getCause() instanceof AccessDeniedException
        ? "permission denied (this user needs access to the directory of the socket)"
        : "no such file (" + EXPECTED + ", and whether HAProxy is running)";
  }
}
