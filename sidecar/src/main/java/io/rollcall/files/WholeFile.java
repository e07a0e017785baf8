package io.rollcall.files;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.CopyOptions;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A small text file that is replaced in one step: a reader, or a start after a crash, finds the old
 * text or the new, never a part. Writes are not to overlap: the owner waits for one before the
 * next.
 */
public final class WholeFile {
  private static final CopyOptions REPLACE =
      new CopyOptions().setReplaceExisting(true).setAtomicMove(true);

  private final FileSystem files;
  private final String path;

  public WholeFile(FileSystem files, Path path) {
    this.files = files;
    this.path = path.toString();
  }

  /** The text there is, empty where there is no file; fails with one line. */
  public Future<String> read() {
    return files
        .readFile(path)
        .map(Buffer::toString)
        .recover(failure ->
            failure.getCause() instanceof NoSuchFileException
                ? Future.succeededFuture("")
                : failed("read", failure));
  }

  /** Replaces the text; fails with one line, the old text is whole then. */
  public Future<Void> write(String text) {
    String written = path + ".new";
    return files
        .writeFile(written, Buffer.buffer(text))
        .compose(_ -> files.move(written, path, REPLACE))
        .recover(failure -> failed("write", failure));
  }

  /** As {@link #write}, and what it wrote outlives the machine's death too; takes longer. */
  public Future<Void> writeThrough(String text) {
    String written = path + ".new";
    return files
        .open(written, new OpenOptions().setTruncateExisting(true))
        .compose(file ->
            file.write(Buffer.buffer(text)).compose(_ -> file.flush()).eventually(file::close))
        .compose(_ -> files.move(written, path, REPLACE))
        .recover(failure -> failed("write", failure));
  }

  /** Renames it, over whatever is there; fails with one line. */
  public Future<Void> moveTo(String name) {
    return files.move(path, name, REPLACE).recover(failure -> failed("rename", failure));
  }

  @Override
  public String toString() {
    return path;
  }

  private <T> Future<T> failed(String verb, Throwable failure) {
    String line = "can't %s %s: %s".formatted(verb, path, reason(failure));
    return Future.failedFuture(new IOException(line, failure));
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
