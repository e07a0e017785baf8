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
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A small text file that is replaced in one step: a reader, or a start after a crash, finds the old
 * text or the new one, never a part. It has its own {@link DiskWorker}; failures have one line that
 * names the file. Used on one context.
 */
public final class AtomicFile {
  /** What is larger is not read: no file that is written comes near it, and the heap has 64 MiB. */
  static final int MAX_BYTES = 8 * 1024 * 1024;

  private static final long RETRY_MILLIS = 1_000;

  /** 0640: the files in the sidecar's own folder are for nobody else. */
  private static final Set<PosixFilePermission> OWNER_AND_GROUP =
      PosixFilePermissions.fromString("rw-r-----");

  private final Vertx vertx;
  private final Path path;
  private final Path folder;
  private final boolean ownFolder;
  private final DiskWorker disk;

  private Future<Void> underWay = Future.succeededFuture();
  private String newest = "";

  /** The write of {@link #newest} that has not begun yet; null for none. */
  private @Nullable Promise<Void> next;

  /** The file has more than {@link #MAX_BYTES}. */
  static final class TooLargeException extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private TooLargeException() {
      super("it is larger than 8 MiB");
    }
  }

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

  /** The present text; null if there is no file. Fails for one that is larger than 8 MiB. */
  public Future<@Nullable String> read() {
    return disk.run(
        "read",
        () -> {
          try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
              throw new TooLargeException();
            }
            return new String(bytes, UTF_8);
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
    return rename(() -> Path.of(name));
  }

  /** The same, but what has that name stays: the file gets the first free one of NAME.1, NAME.2. */
  public Future<Void> keepAs(String name) {
    return rename(() -> {
      Path free = Path.of(name);
      for (int i = 1; Files.isRegularFile(free, NOFOLLOW_LINKS); i++) {
        free = Path.of(name + "." + i);
      }
      return free;
    });
  }

  private Future<Void> rename(Supplier<Path> target) {
    return disk.run(
        "rename",
        () -> {
          if (Files.exists(path, NOFOLLOW_LINKS)) {
            Files.move(path, target.get(), ATOMIC_MOVE);
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
      if (ownFolder) {
        Files.setPosixFilePermissions(next, OWNER_AND_GROUP);
      }
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
