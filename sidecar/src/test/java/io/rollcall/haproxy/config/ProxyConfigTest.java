package io.rollcall.haproxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
        "a n\\x6fdes \\xZ \"\\x41\" | a,nodes,xZ,A",
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
  void givesAServerItsDefaults() {
    var backend =
        ProxyConfig.parse(
                """
                defaults
                  default-server check disabled init-addr last
                backend app
                  default-server backup weight 3
                  server a 192.0.2.1:1 enabled
                  default-server no-backup init-addr none
                  server b 192.0.2.1:1 weight 5
                """,
                Map.of())
            .backend("app")
            .orElseThrow();
    ConfigLine a = backend.lines("server").getFirst();
    ConfigLine b = backend.lines("server").getLast();
    assertTrue(backend.option(a, "check"));
    assertTrue(backend.option(a, "backup"));
    assertFalse(backend.option(a, "disabled"));
    assertEquals("last", backend.optionValue(a, "init-addr"));
    assertEquals("3", backend.optionValue(a, "weight"));
    assertFalse(backend.option(b, "backup"));
    assertTrue(backend.option(b, "disabled"));
    assertEquals("none", backend.optionValue(b, "init-addr"));
    assertEquals("5", backend.optionValue(b, "weight"));
    assertEquals("", backend.optionValue(b, "maxconn"));
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
  void doesNotKnowAVariableThatAnUndecidedBlockSets() {
    var config =
        ProxyConfig.parse(
            """
            global
            .if feature(LUA)
              setenv SET one
              presetenv KEPT two
              presetenv PRESET three
              unsetenv GONE
            .endif
              maxconn "${SET}"
              nbthread "${KEPT}"
              pidfile "${PRESET}"
              user "${GONE}"
            .if defined(SET)
              group maybe
            .endif
            """,
            Map.of("SET", "1", "KEPT", "1", "GONE", "1"));
    ConfigSection global = config.global().orElseThrow();
    assertEquals(
        List.of(ProxyConfig.UNKNOWN, "1", ProxyConfig.UNKNOWN, ProxyConfig.UNKNOWN),
        List.of("maxconn", "nbthread", "pidfile", "user").stream().map(global::value).toList());
    assertTrue(global.lines("group").getFirst().conditional());
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true             | true",
        "0                | false",
        "''               | false",
        "!false           | true",
        "defined(A)       | true",
        "defined(B)       | false",
        "streq(a,a)       | true",
        "strneq(a,a)      | false",
        "strstr(abc,b)    | true",
        "feature(LUA)     | ",
        "!feature(LUA)    | ",
        "feature(LUA) && defined(B)          | false",
        "feature(LUA) && defined(A)          | ",
        "feature(LUA) || defined(A)          | true",
        "(false || true) && !(1 && 0)        | true",
        "feature(ASKED) && streq(f(1,2),f(1,2)) | true"
      })
  void decidesConditions(String condition, Boolean expected) {
    var variables = Map.of("A", "");
    var complete =
        new Condition(variables, true, term -> term.equals("feature(ASKED)") ? true : null);
    assertEquals(expected, complete.holds(condition == null ? "" : condition));
    assertNull(new Condition(variables, false, _ -> null).holds("defined(B)"));
  }

  @Test
  void readsTheBlocksThatHaproxyReads() {
    String text =
        """
        .if defined(A)
        backend a
          mode tcp
        .if feature(LUA)
          retries 1
        .endif
        .elif feature(LUA)
        backend b
        .else
        backend c
        .endif
        backend d
          retries 2
        .if feature(LUA)
          retries 3
        .else
          retries 4
          .notice "a comment"
        .endif
          mode http
        """;
    var known = ProxyConfig.parse(text, Map.of("A", ""), _ -> false);
    assertEquals(List.of("a", "d"), known.sections().stream().map(ConfigSection::name).toList());
    assertEquals("", known.backend("a").orElseThrow().value("retries"));
    assertEquals("4", known.backend("d").orElseThrow().value("retries"));
    assertEquals(3, known.backend("d").orElseThrow().own().size());

    var unknown = ProxyConfig.parse(text, Map.of());
    assertEquals(
        List.of(true, true, false),
        unknown.sections().stream().map(ConfigSection::conditional).toList());
    assertEquals(ProxyConfig.UNKNOWN, unknown.backend("d").orElseThrow().value("retries"));
    assertEquals("http", unknown.backend("d").orElseThrow().value("mode"));
  }
}
