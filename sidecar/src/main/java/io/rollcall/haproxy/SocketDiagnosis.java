package io.rollcall.haproxy;

import io.vertx.core.Future;
import io.vertx.core.file.FileProps;
import io.vertx.core.file.FileSystem;
import java.nio.file.AccessDeniedException;

/** Says in one line why a connection to the admin socket failed, and what to check. */
final class SocketDiagnosis {
  private static final String EXPECTED =
      "expected HAProxy's \"stats socket\": check haproxy.socket";

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
