package io.rollcall.serf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A FIFO of the file system, identified by device and inode: another one at the same path differs,
 * because an inode is not reused while it is open.
 */
record PipeFile(long device, long inode) {
  // st_mode, stat(2)
  private static final int TYPE = 0xF000;
  private static final int FIFO = 0x1000;
  private static final int DIRECTORY = 0x4000;
  private static final int REGULAR_FILE = 0x8000;

  /** What is at the path now. */
  sealed interface Inspection {
    /** The FIFO that is open already. */
    record SameFifo() implements Inspection {}

    /** Another FIFO, now open. */
    record NewFifo(PipeFile file, FileChannel channel) implements Inspection {}

    /**
     * No FIFO that can be read.
     *
     * @param reason what is there, and what is expected
     */
    record NoFifo(String reason) implements Inspection {}
  }

  /** Inspects the path, and opens a FIFO other than the given one. Blocks for some system calls. */
  static Inspection inspect(Path path, @Nullable PipeFile open) {
    try {
      Map<String, Object> stat = Files.readAttributes(path, "unix:mode,dev,ino");
      int mode = (int) number(stat, "mode");
      if ((mode & TYPE) != FIFO) {
        return new Inspection.NoFifo(
            type(mode) + " (expected a FIFO: remove it and restart the Serf agent)");
      }
      var found = new PipeFile(number(stat, "dev"), number(stat, "ino"));
      return found.equals(open)
          ? new Inspection.SameFifo()
          : new Inspection.NewFifo(found, open(path));
    } catch (NoSuchFileException _) {
      return new Inspection.NoFifo(
          "no such file (expected a FIFO, which the service of the Serf agent creates)");
    } catch (IOException e) {
      return new Inspection.NoFifo(
          reason(e) + " (expected a FIFO that this user may read and write)");
    }
  }

  /**
   * Opened for reading and writing, although nothing is written: so opening does not wait for a
   * writer, and there is no end of file when the last one closes.
   */
  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static long number(Map<String, Object> stat, String name) {
    return ((Number) Objects.requireNonNull(stat.get(name))).longValue();
  }

  private static String type(int mode) {
    return switch (mode & TYPE) {
      case REGULAR_FILE -> "is a regular file";
      case DIRECTORY -> "is a directory";
      default -> "is not a FIFO";
    };
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException failed when failed.getReason() != null -> failed.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
