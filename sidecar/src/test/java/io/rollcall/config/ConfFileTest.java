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
import java.util.TreeMap;
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
    Map<String, Integer> counts =
        new YamlSettings("conf/sidecar.yaml", given).read(YamlNode.parse(Files.readString(CONF)));
    assertEquals(Map.of("pools", 1, "http.tokens", 0, "alerts.channels", 0), counts);
    assertEquals(
        SettingKeys.ALL.stream()
            .filter(key -> key.list().isEmpty() || key.list().equals("pools"))
            .collect(Collectors.toMap(key -> key.at(0).path(), ConfFileTest::value)),
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
    var off = Map.of("SIDECAR_POOLS_0_READINESS", "off");
    var inFile = assertInstanceOf(Loaded.Valid.class, SettingsFile.load(CONF, off));
    assertEquals(defaults.settings(), inFile.settings());
  }

  /** The file is the lab's: its application has a path that says whether it is ready. */
  private static String value(SettingKey<?> key) {
    return key.equals(SettingKeys.READINESS) ? "/health" : key.standard();
  }

  /**
   * The comment above each key, by its path, on one line, in small letters. The keys of a list that
   * is empty by default are part of a comment: {@code # # name: x}.
   */
  private static Map<String, String> comments() throws IOException {
    var comments = new LinkedHashMap<String, String>();
    var sections = new TreeMap<Integer, String>();
    var comment = new StringBuilder();
    for (String line : Files.readAllLines(CONF)) {
      String text = line.replaceFirst("^( *)#( {2,})(?:- )?(#|\\w+:( |$))", "$1 $2$3");
      var key = LINE.matcher(text);
      if (text.strip().startsWith("#")) {
        comment.append(text.strip().substring(1).strip()).append(' ');
      } else if (key.matches()) {
        int depth = key.start(2);
        sections.tailMap(depth, true).clear();
        sections.put(depth, key.group(2));
        comments.put(
            String.join(".", sections.values()), comment.toString().toLowerCase(Locale.ROOT));
        comment.setLength(0);
      }
    }
    return comments;
  }
}
