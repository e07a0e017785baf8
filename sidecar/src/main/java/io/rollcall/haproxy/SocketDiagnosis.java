package io.rollcall.haproxy;

import io.vertx.core.Future;
import io.vertx.core.file.FileProps;
import io.vertx.core.file.FileSystem;
import java.nio.file.AccessDeniedException;

/** Why the admin socket can't be connected to, in one clear line: what, where, what is expected. */
final class SocketDiagnosis {
  private SocketDiagnosis() {}

  /** Looks at the file, since the kernel "refuses" a plain file as it does a dead socket. */
  static Future<String> explain(FileSystem files, String path, Throwable failure) {
    return files
        .props(path)
        .map(file -> existing(file, failure))
        .otherwise(SocketDiagnosis::unseen)
        .map(reason -> line(path, reason));
  }

  static String line(String path, String reason) {
    return "admin socket " + path + ": " + reason;
  }

  private static String existing(FileProps file, Throwable failure) {
    if (!file.isOther()) {
      return "is no socket (expected the path of HAProxy's \"stats socket\")";
    }
    String message = String.valueOf(failure.getMessage());
    if (message.contains("Connection refused")) {
      return "nobody listens (expected a running HAProxy)";
    }
    return message.contains("Permission denied")
        ? "permission denied (expected that this user may read and write it)"
        : message;
  }

  private static String unseen(Throwable failure) {
    return failure.getCause() instanceof AccessDeniedException
        ? "permission denied (expected that this user may enter its directory)"
        : "no such file (expected the path of HAProxy's \"stats socket\")";
  }
}
