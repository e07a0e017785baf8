package io.rollcall.haproxy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.CopyOptions;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/**
 * The server-state file on disk. HAProxy ignores a file that ends within a row, as a whole, so it
 * is replaced in one step. Writes are not to overlap: the owner waits for one before the next.
 */
public final class StateFile {
  private final FileSystem files;
  private final String path;

  public StateFile(FileSystem files, String path) {
    this.files = files;
    this.path = path;
  }

  /** The text there is, empty where there is no file; fails with one clear line. */
  public Future<String> read() {
    return files
        .readFile(path)
        .map(Buffer::toString)
        .recover(failure ->
            failure.getCause() instanceof NoSuchFileException
                ? Future.succeededFuture("")
                : failed("read", failure));
  }

  /** Replaces the file; fails with one clear line, the old file is whole then. */
  public Future<Void> write(String text) {
    String written = path + ".new";
    return files
        .writeFile(written, Buffer.buffer(text))
        .compose(_ ->
            files.move(
                written, path, new CopyOptions().setReplaceExisting(true).setAtomicMove(true)))
        .recover(failure -> failed("write", failure));
  }

  private <T> Future<T> failed(String verb, Throwable failure) {
    return Future.failedFuture(
        new IOException(
            "can't %s the state file %s: %s".formatted(verb, path, reason(failure)), failure));
  }

  private static String reason(Throwable failure) {
    return switch (failure.getCause()) {
      case NoSuchFileException _ -> "its directory is missing";
      case AccessDeniedException _ -> "permission denied";
      case java.nio.file.FileSystemException e when e.getReason() != null -> e.getReason();
      case null -> String.valueOf(failure.getMessage());
      case Throwable cause -> String.valueOf(cause.getMessage());
    };
  }
}
