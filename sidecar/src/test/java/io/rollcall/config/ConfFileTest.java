package io.rollcall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares {@code conf/sidecar.yaml} with the table of settings. */
final class ConfFileTest {
  private static final Path CONF = Path.of("..", "conf", "sidecar.yaml");
  private static final Pattern LINE = Pattern.compile("( *)(?:- )?(\\w+):(?: .*)?");

  @Test
  void setsEveryKeyToItsDefault() throws IOException {
    var given = new RawSettings("conf/sidecar.yaml");
    int pools =
        new YamlSettings("conf/sidecar.yaml", given).read(YamlNode.parse(Files.readString(CONF)));
    assertEquals(1, pools);
    assertEquals(
        SettingKeys.ALL.stream()
            .collect(Collectors.toMap(key -> key.at(0).path(), SettingKey::standard)),
        given.texts());
  }

  @Test
  void namesTheExpectedValueOfEveryKey() throws IOException {
    Map<String, String> comments = comments();
    for (SettingKey<?> key : SettingKeys.ALL) {
      String name = key.path().replace("[]", "");
      String comment = comments.getOrDefault(name, "");
      assertTrue(
          comment.contains(key.type().expected().toLowerCase(Locale.ROOT)),
          () -> name + ": " + comment);
      assertEquals(key.secret(), comment.contains("secret: "), name);
    }
  }

  @Test
  void isLoadedAsTheDefaults() throws IOException {
    Path empty = Files.createTempFile("sidecar", ".yaml");
    var defaults = assertInstanceOf(Loaded.Valid.class, SettingsFile.load(empty, Map.of()));
    Files.delete(empty);
    var inFile = assertInstanceOf(Loaded.Valid.class, SettingsFile.load(CONF, Map.of()));
    assertEquals(defaults.settings(), inFile.settings());
  }

  /** The comment above each key, by its path, on one line, in small letters. */
  private static Map<String, String> comments() throws IOException {
    var comments = new LinkedHashMap<String, String>();
    String section = "";
    var comment = new StringBuilder();
    for (String line : Files.readAllLines(CONF)) {
      var key = LINE.matcher(line);
      if (line.strip().startsWith("#")) {
        comment.append(line.strip().substring(1).strip()).append(' ');
      } else if (key.matches()) {
        section = key.group(1).isEmpty() ? key.group(2) : section;
        comments.put(section + "." + key.group(2), comment.toString().toLowerCase(Locale.ROOT));
        comment.setLength(0);
      }
    }
    return comments;
  }
}
