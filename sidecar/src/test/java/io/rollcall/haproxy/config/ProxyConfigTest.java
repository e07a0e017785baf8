package io.rollcall.haproxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxyConfigTest {
  private static List<String> words(String line, Map<String, String> variables) {
    var config = ProxyConfig.parse("global\n" + line, variables);
    return config.sections().getFirst().own().stream()
        .flatMap(each -> each.words().stream())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "  maxconn\t 10  # ten   | maxconn,10",
        "a 'b # c' d              | a,b # c,d",
        "a \"b \\\" c\" d         | a,b \" c,d",
        "a b\\ c\\#d e            | a,b c#d,e",
        "a \"$X\" '$X' $X         | a,x,$X,$X",
        "a \"${X}${Y-z}\" \"${Y}\" | a,xz,",
        "# nothing                | ",
        "a ''                     | a,"
      })
  void splitsALine(String line, String expected) {
    List<String> all = expected == null ? List.of() : List.of(expected.split(",", -1));
    assertEquals(all, words(line, Map.of("X", "x")));
  }

  @Test
  void givesAProxyTheLinesOfItsDefaults() {
    var config =
        ProxyConfig.parse(
            """
            defaults base
              mode tcp
              option redispatch
              retries 3
            defaults web from base
              mode http
            backend a from base
            backend b
              retries 5
              no option redispatch
            listen c
              server s 127.0.0.1:9
            """,
            Map.of());
    assertEquals("tcp", config.backend("a").orElseThrow().value("mode"));
    assertTrue(config.backend("a").orElseThrow().has("option", "redispatch"));
    ConfigSection b = config.backend("b").orElseThrow();
    assertEquals("http", b.value("mode"));
    assertEquals("5", b.value("retries"));
    assertFalse(b.has("option", "redispatch"));
    assertEquals(
        "127.0.0.1:9", config.backend("c").orElseThrow().lines("server").getFirst().word(2));
    assertEquals(7, config.backend("a").orElseThrow().line());
  }

  @Test
  void takesVariablesThatTheFileSets() {
    var config =
        ProxyConfig.parse(
            """
            global
              setenv KEY of-the-file
              presetenv OTHER of-the-file
              maxconn "${KEY}"
              nbthread "${OTHER}"
            """,
            Map.of("KEY", "of-the-process", "OTHER", "of-the-process"));
    assertEquals("of-the-file", config.global().orElseThrow().value("maxconn"));
    assertEquals("of-the-process", config.global().orElseThrow().value("nbthread"));
  }

  @Test
  void readsTheProductsOwnFile() throws Exception {
    var config = ProxyConfig.parse(Files.readString(Path.of("../ha/config/haproxy.cfg")), Map.of());
    ConfigSection nodes = config.backend("nodes").orElseThrow();
    assertEquals("global", nodes.value("load-server-state-from-file"));
    assertEquals("addr", nodes.lines("stick-table").getFirst().after("srvkey"));
    assertEquals(
        "/run/haproxy/admin.sock",
        config.global().orElseThrow().lines("stats", "socket").getFirst().word(2));
  }
}
