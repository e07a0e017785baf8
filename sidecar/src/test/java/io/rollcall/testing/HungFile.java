package io.rollcall.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of a disk that hangs: whoever opens it waits, until it is closed here. A FIFO. */
public final class HungFile implements AutoCloseable {
  private final Path file;
  private final Path pipe;

  /** In the place of a file that may be there. */
  public HungFile(Path file) throws IOException {
    this.file = file;
    this.pipe = Files.createTempDirectory("hung-").resolve("pipe");
    try {
      if (new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() != 0) {
        throw new IOException("no FIFO");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Files.deleteIfExists(file);
    Files.createLink(file, pipe);
  }

  /** The disk answers again: whoever waits goes on, and the name is free. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    // for both directions: so opening waits for nobody
    Files.newByteChannel(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
    Files.delete(pipe);
    Files.delete(pipe.getParent());
  }
}
