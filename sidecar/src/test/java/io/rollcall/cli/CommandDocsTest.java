package io.rollcall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * The manual page and the completion of {@code rollcall}, which the package installs as they are.
 * Rewrite them with {@code -Ddocs.write=true}.
 */
final class CommandDocsTest {
  private static final Path SHARE = Path.of("../share");
  private final CommandLine line = Rollcall.commandLine(Map.of());

  private static void same(String file, String generated) throws Exception {
    Path path = SHARE.resolve(file);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(path, generated);
    }
    assertEquals(generated, Files.readString(path), path + " is out of date");
  }

  @Test
  void hasAManualPage() throws Exception {
    same("man/man1/rollcall.1", ManualPage.of(line));
  }

  @Test
  void completesInBashAndZsh() throws Exception {
    // picocli writes its own version and a link; neither changes what is completed
    same("bash-completion/completions/rollcall", AutoComplete.bash("rollcall", line));
    String zsh = Files.readString(SHARE.resolve("zsh/vendor-completions/_rollcall"));
    assertTrue(zsh.contains("/usr/share/bash-completion/completions/rollcall"), zsh);
  }

  @Test
  void isDescribedInTheDocumentation() throws Exception {
    String page = Files.readString(Path.of("../docs/command-line.md"));
    for (String name : line.getSubcommands().keySet()) {
      assertTrue(page.contains("`rollcall " + name), name);
    }
  }
}
