package io.rollcall.cli.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * One file before and after. Blocks.
 *
 * @param before its text; null if there is no such file
 */
public record FileChange(Path file, @Nullable String before, String after) {
  private static final String BACKUP = ".before-rollcall";

  /** Nothing is to be done. */
  public boolean same() {
    return after.equals(before);
  }

  /**
   * Writes the new text, after a copy of the old one beside it. Owner and mode stay.
   *
   * @return the copy; null if there was no file
   */
  public @Nullable Path write() throws IOException {
    if (before == null) {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(file, after);
      return null;
    }
    Path backup = backup();
    Files.copy(file, backup, StandardCopyOption.COPY_ATTRIBUTES);
    replace(after);
    return backup;
  }

  /** The file as it was before {@link #write}. */
  public void undo() throws IOException {
    if (before == null) {
      Files.deleteIfExists(file);
    } else {
      replace(before);
    }
  }

  private void replace(String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
    Files.writeString(next, text);
    var view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
    view.setOwner(old.owner());
    view.setGroup(old.group());
    view.setPermissions(old.permissions());
    Files.move(next, file.toRealPath(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** A name that no file has yet. */
  private Path backup() {
    Path backup = file.resolveSibling(file.getFileName() + BACKUP);
    for (int i = 2; Files.exists(backup); i++) {
      backup = file.resolveSibling(file.getFileName() + BACKUP + "-" + i);
    }
    return backup;
  }
}
