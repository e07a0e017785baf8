package io.rollcall.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory of a few KiB; only root may have one. */
public final class SmallDisk implements AutoCloseable {
  private final Path folder;

  public SmallDisk(Path folder, int kibibytes) throws IOException {
    this.folder = Files.createDirectory(folder);
    run("mount", "-t", "tmpfs", "-o", "size=" + kibibytes + "k", "tmpfs", folder.toString());
  }

  public Path folder() {
    return folder;
  }

  public void grow(int kibibytes) throws IOException {
    run("mount", "-o", "remount,size=" + kibibytes + "k", folder.toString());
  }

  @Override
  public void close() throws IOException {
    run("umount", "-l", folder.toString());
  }

  private static void run(String... command) throws IOException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(said);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
