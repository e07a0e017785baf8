package io.rollcall.store;

import static java.nio.charset.StandardCharsets.UTF_8;
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
 * text or the new, never a part. It has a {@link DiskWorker} of its own, and fails with one line.
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

  /** The write of {@link #newest}, while it waits; null where none does. */
  private @Nullable Promise<Void> next;

  private AtomicFile(Vertx vertx, Path path, boolean ownFolder) {
    this.vertx = vertx;
    this.path = path;
    this.folder = path.toAbsolutePath().resolveSibling("");
    this.ownFolder = ownFolder;
    this.disk = new DiskWorker(vertx, path.toString());
  }

  /** A file in somebody else's folder, which has to be there. */
  public static AtomicFile at(Vertx vertx, Path path) {
    return new AtomicFile(vertx, path, false);
  }

  /** A file in a folder of our own, which is made where it is missing. */
  public static AtomicFile in(Vertx vertx, Path folder, String name) {
    return new AtomicFile(vertx, folder.resolve(name), true);
  }

  /** The text there is; null where there is no file. */
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
   * As {@link #read}, but as long as the disk hangs it is asked again: for a text that is not to be
   * replaced before it was read.
   *
   * @param hangs is told so, in one line, at each try
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
   * Replaces the text. Once that succeeds the new one, or one that came after it, outlives the
   * machine's death: text and name are synced, as far as the disk keeps its word. One write ends
   * before the next begins; of those that wait only the newest is done.
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

  /** Renames it, over whatever is there. */
  public Future<Void> moveTo(String name) {
    return disk.run(
        "rename",
        () -> {
          Files.move(path, Path.of(name), ATOMIC_MOVE);
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
