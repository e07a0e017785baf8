package io.rollcall.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A small text file that is replaced in one step: a reader, or a start after a crash, finds the old
 * text or the new one, never a part. It has its own {@link DiskWorker}; failures have one line that
 * names the file. Used on one context.
 */
public final class AtomicFile {
  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Path path;
  private final Path folder;
  private final boolean ownFolder;
  private final DiskWorker disk;

  private Future<Void> underWay = Future.succeededFuture();
  private String newest = "";

  /** The write of {@link #newest} that has not begun yet; null for none. */
  private @Nullable Promise<Void> next;

  private AtomicFile(Vertx vertx, Path path, boolean ownFolder) {
    this.vertx = vertx;
    this.path = path;
    this.folder = path.toAbsolutePath().resolveSibling("");
    this.ownFolder = ownFolder;
    this.disk = new DiskWorker(vertx, path.toString());
  }

  /** A file in a folder that has to exist. */
  public static AtomicFile at(Vertx vertx, Path path) {
    return new AtomicFile(vertx, path, false);
  }

  /** A file in the sidecar's own folder, which is created if it is missing. */
  public static AtomicFile in(Vertx vertx, Path folder, String name) {
    return new AtomicFile(vertx, folder.resolve(name), true);
  }

  /** The present text; null if there is no file. */
  public Future<@Nullable String> read() {
    return disk.run(
        "read",
        () -> {
          try {
            return new String(Files.readAllBytes(path), UTF_8);
          } catch (NoSuchFileException _) {
            return null;
          }
        });
  }

  /**
   * As {@link #read}, but retried for as long as the disk hangs: for a text that must not be
   * replaced before it was read.
   *
   * @param hangs receives one line at each failed attempt
   */
  public Future<@Nullable String> readAtLast(Consumer<String> hangs) {
    return read()
        .recover(e -> {
          if (!(e.getCause() instanceof TimeoutException)) {
            return Future.failedFuture(e);
          }
          hangs.accept(String.valueOf(e.getMessage()));
          return vertx.timer(RETRY_MILLIS).compose(_ -> readAtLast(hangs));
        });
  }

  /**
   * Replaces the text. Once that succeeds, the new text, or one that came after it, survives a
   * crash of the machine: text and name are synced, as far as the disk honours that. One write ends
   * before the next begins; of those that wait only the newest is carried out.
   */
  public Future<Void> write(String text) {
    newest = text;
    if (next != null) {
      return next.future();
    }
    Promise<Void> written = Promise.promise();
    next = written;
    var _ = underWay.onComplete(_ -> begin(written));
    return written.future();
  }

  private void begin(Promise<Void> written) {
    next = null;
    String text = newest;
    underWay =
        disk.run(
            "write",
            () -> {
              replace(text);
              return null;
            });
    var _ = underWay.onComplete(written);
  }

  /**
   * Renames the file, and replaces what has that name. Without a file nothing is done: an earlier
   * attempt that timed out may have completed since.
   */
  public Future<Void> moveTo(String name) {
    return disk.run(
        "rename",
        () -> {
          if (Files.exists(path, NOFOLLOW_LINKS)) {
            Files.move(path, Path.of(name), ATOMIC_MOVE);
          }
          return null;
        });
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private void replace(String text) throws IOException {
    if (ownFolder) {
      Files.createDirectories(folder);
    }
    Path next = path.resolveSibling(path.getFileName() + ".new");
    ByteBuffer bytes = UTF_8.encode(text);
    try (FileChannel file = FileChannel.open(next, CREATE, TRUNCATE_EXISTING, WRITE)) {
      while (bytes.hasRemaining()) {
        var _ = file.write(bytes);
      }
      file.force(true);
    }
    Files.move(next, path, ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(folder, READ)) {
      names.force(true);
    }
  }
}
