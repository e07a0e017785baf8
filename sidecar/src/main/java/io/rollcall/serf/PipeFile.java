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
 * A FIFO of the file system by device and inode: another one at the same path differs, for an inode
 * is not used again while it is open.
 */
record PipeFile(long device, long inode) {
  // st_mode, stat(2)
  private static final int TYPE = 0xF000;
  private static final int FIFO = 0x1000;
  private static final int DIRECTORY = 0x4000;
  private static final int PLAIN_FILE = 0x8000;

  /** What is at the path now. */
  sealed interface Look {
    /** The one that is open already. */
    record Same() implements Look {}

    record NewPipe(PipeFile file, FileChannel channel) implements Look {}

    record Unusable(PipeState state) implements Look {}
  }

  /** Looks at the path and opens a FIFO that is not the one given. Blocks for some system calls. */
  static Look look(Path path, @Nullable PipeFile open) {
    try {
      Map<String, Object> stat = Files.readAttributes(path, "unix:mode,dev,ino");
      int mode = (int) number(stat, "mode");
      if ((mode & TYPE) != FIFO) {
        return new Look.Unusable(
            new PipeState.NotAPipe("pipe " + path + " is " + kind(mode) + ": expected a FIFO"));
      }
      var found = new PipeFile(number(stat, "dev"), number(stat, "ino"));
      return found.equals(open) ? new Look.Same() : new Look.NewPipe(found, open(path));
    } catch (NoSuchFileException _) {
      return new Look.Unusable(
          new PipeState.Missing("pipe " + path + " does not exist: expected a FIFO"));
    } catch (IOException e) {
      return new Look.Unusable(
          new PipeState.Failed(
              "pipe " + path + ": " + reason(e) + ": expected a FIFO to read and write"));
    }
  }

  /**
   * Read and write, though nothing is written: so opening does not wait for a writer and no end of
   * file comes when the last one closes.
   */
  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static long number(Map<String, Object> stat, String name) {
    return ((Number) Objects.requireNonNull(stat.get(name))).longValue();
  }

  private static String kind(int mode) {
    return switch (mode & TYPE) {
      case PLAIN_FILE -> "a plain file";
      case DIRECTORY -> "a directory";
      default -> "neither a FIFO nor a plain file";
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
