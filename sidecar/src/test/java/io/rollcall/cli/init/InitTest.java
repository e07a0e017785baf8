package io.rollcall.cli.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.haproxy.config.ProxyConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which lines are added to which text, and which texts are refused. */
final class InitTest {
  private static final String OWN =
      """
      # ours
      global
      \tlog /dev/log local0   # keep
      \tstats socket /run/haproxy/admin.sock mode 660 level admin

      defaults
      \tmode http
      \ttimeout connect 1s

      frontend web
      \tbind :80
      \tdefault_backend app

      backend app
      \tbalance roundrobin
      \t# trailing comment

      backend other
      \tserver a 127.0.0.1:9
      """;

  private static Wanted wanted(String backend, @Nullable String cookie, boolean tcp) {
    return new Wanted(
        backend,
        8000,
        tcp ? null : "/ping",
        cookie,
        tcp,
        null,
        16,
        Path.of("/run/haproxy/rollcall.sock"),
        "rollcall",
        Path.of("/var/lib/rollcall/server-state"));
  }

  private static String init(String text, Wanted wanted) {
    var config = ProxyConfig.parse(text, Map.of("BACKEND", "app"));
    return ConfigText.with(text, config, new ConfigAdditions(config, wanted).compute());
  }

  @Test
  void addsOutsideOfConditionalBlocks() {
    String text =
        """
        backend app
          balance roundrobin
        .if defined(NOWHERE)
          retries 1
        .endif
        # about the next
        .if defined(NOWHERE)
        backend other
        .else
        backend another
        .endif
        """;
    String after = init(text, wanted("app", null, false));
    assertTrue(after.contains(".endif\n  # added by rollcall init\n  load-server-state"), after);
    assertTrue(
        after.contains("init-addr last,192.0.2.1 disabled\n# about the next\n.if defined"), after);
    assertTrue(after.contains("retries 1\n.endif\n"), after);
    String inside =
        init(".if true\n" + text + ".else\nbackend app\n.endif\n", wanted("another", null, false));
    assertTrue(inside.contains("backend another\n    # added by rollcall init\n"), inside);
  }

  @Test
  void refusesABackendThatMayNotBeRead() {
    var refused =
        assertThrows(
            ConfigAdditions.Unfit.class,
            () -> init(".if feature(LUA)\nbackend app\n.endif\n", wanted("app", null, false)));
    assertTrue(String.valueOf(refused.getMessage()).contains("in a block .if"));
  }

  @Test
  void findsANameOfTheEnvironmentAndKeepsTheLineEnds() {
    String after = init("backend \"${BACKEND}\"\r\n  retries 2\r\n", wanted("app", null, false));
    assertTrue(
        after.contains("\"${BACKEND}\"\r\n  retries 2\r\n  # added by rollcall init\r\n  load-"),
        after);
    assertTrue(after.endsWith(" disabled\r\n"), after);
  }

  @Test
  void keepsSlotsWhoseHostIsInCapitals() {
    String text = "backend app\n  server-template web 1-4 Slot.INVALID:1 check disabled\n";
    String after = init(text, wanted("app", null, false));
    assertFalse(after.contains("slot.invalid"), after);
  }

  @Test
  void keepsTheStateFileOfTheBackend() {
    String text =
        """
        global
          server-state-base /var/lib/haproxy
          server-state-file all
        backend app
          load-server-state-from-file local
        """;
    String after = init(text, wanted("app", null, false));
    assertFalse(after.contains("load-server-state-from-file global"), after);
    var config = ProxyConfig.parse(text, Map.of());
    assertEquals(
        Path.of("/var/lib/haproxy/app"),
        new ConfigAdditions(config, wanted("app", null, false)).stateFile());
    var global = ProxyConfig.parse(text.replace("from-file local", "from-file global"), Map.of());
    assertEquals(
        Path.of("/var/lib/haproxy/all"),
        new ConfigAdditions(global, wanted("app", null, false)).stateFile());
  }

  @Test
  void takesTheDefaultsOfDefaults() {
    String text = "defaults base\n  option redispatch\ndefaults web from base\n  mode http\n";
    String after = init(text, wanted("app", null, false));
    assertFalse(after.substring(after.indexOf("backend app")).contains("redispatch"), after);
  }

  @Test
  void keepsEveryLineAndAddsItsOwnAtTheEndOfTheSections() {
    String after = init(OWN, wanted("app", "SID", false));
    List<String> added =
        after
            .lines()
            .filter(line -> !OWN.lines().toList().contains(line))
            .map(String::strip)
            .toList();
    assertEquals(
        List.of(
            "# added by rollcall init",
            "stats socket /run/haproxy/rollcall.sock user root group rollcall mode 660 level admin",
            "stats timeout 1h",
            "stats maxconn 20",
            "hard-stop-after 1h",
            "server-state-file /var/lib/rollcall/server-state",
            "# added by rollcall init",
            "load-server-state-from-file global",
            "option redispatch 1",
            "option httpchk",
            "http-check send meth GET uri /ping",
            "http-check expect status 200",
            "cookie ROLLCALL insert indirect nocache httponly dynamic",
            "dynamic-cookie-key \"${DYNAMIC_COOKIE_KEY}\"",
            "stick-table type string len 40 size 100k expire 30m srvkey addr",
            "stick store-request req.cook(SID),sha1,hex",
            "stick store-response res.cook(SID),sha1,hex",
            "default-server check inter 200ms rise 1 fall 2 weight 100",
            "server-template slot 1-16 slot.invalid:1 init-addr last,192.0.2.1 disabled"),
        added);
    assertTrue(after.lines().toList().containsAll(OWN.lines().toList()));
    assertTrue(after.contains("\n\t# added by rollcall init\n"), "the indentation of the section");
    assertTrue(after.indexOf("server-template") < after.indexOf("backend other"));
    assertEquals(after, init(after, wanted("app", "SID", false)), "a second time");
  }

  @Test
  void addsABackendAndASectionGlobalWhereThereAreNone() {
    String after = init("defaults\n  mode http\n  option redispatch", wanted("app", null, true));
    assertTrue(after.startsWith("global\n    # added"), after);
    assertTrue(
        after.contains("\n\nbackend app\n    # added by rollcall init\n    mode tcp\n"), after);
    assertTrue(!after.contains("redispatch 1"), "it is in defaults");
    assertEquals(after, init(after, wanted("app", null, true)));
  }

  @Test
  void refusesWhatOnlyTheOperatorCanDecide() {
    for (String balance : List.of("static-rr", "source", "hdr(host)")) {
      String text = OWN.replace("balance roundrobin", "balance " + balance);
      var refused =
          assertThrows(ConfigAdditions.Unfit.class, () -> init(text, wanted("app", null, false)));
      assertTrue(String.valueOf(refused.getMessage()).contains("is static"), balance);
    }
    assertThrows(ConfigAdditions.Unfit.class, () -> init(OWN, wanted("app", null, true)));
  }

  @Test
  void usesAnotherPrefixBesideServersOfThatName() {
    String text = OWN.replace("# trailing", "server slot1 127.0.0.1:9\n\t# trailing");
    assertTrue(init(text, wanted("app", null, false)).contains("server-template rollcall 1-16"));
  }

  private static Map<String, String> poolSettings(String text, Wanted wanted) {
    return new ConfigAdditions(ProxyConfig.parse(text, Map.of()), wanted).poolSettings();
  }

  @Test
  void asksForReadinessAsTheCheckDoes() {
    Wanted http = wanted("app", null, false);
    assertEquals(Map.of("port", "8000", "readiness", "/ping"), poolSettings(OWN, http));
    String host = OWN.replace("# trailing", "http-check send uri /ping hdr Host app.test\n\t# t");
    assertEquals("app.test/ping", poolSettings(host, http).get("readiness"));
    assertEquals("tcp", poolSettings(OWN, wanted("app", null, true)).get("readiness"));
  }

  @Test
  void takesPlaceholdersByAddressAsSlots() {
    for (String lines :
        List.of(
            "server-template web 1-9 127.0.0.1:80 disabled",
            "server web1 192.0.2.1:80 disabled\n\tserver web2 192.0.2.1:80 disabled")) {
      String text = OWN.replace("# trailing", lines + "\n\t# trailing");
      assertEquals("web[0-9]+", poolSettings(text, wanted("app", null, false)).get("slots"));
      assertTrue(!init(text, wanted("app", null, false)).contains(".invalid"), "no others");
    }
    String taken = OWN.replace("# trailing", "server web1 10.0.0.1:80 disabled\n\t# trailing");
    assertEquals(null, poolSettings(taken, wanted("app", null, false)).get("slots"));
  }

  @Test
  void knowsConnectionsThatBelongToOneClient() {
    String text = OWN.replace("\tmode http\n", "\tmode http\n\thttp-reuse never\n");
    assertEquals("true", poolSettings(text, wanted("app", null, false)).get("privateConnections"));
  }

  @Test
  void setsValuesAndKeepsComments() {
    var text =
        new SettingsText(
            """
            # ours
            http:
              port: 9999 # the page
            haproxy:
              # the socket
              socket: /old
            pools:
              - backend: nodes
                match:
                  role: backend
                # the port
                port: 3000
            # the end
            """);
    text.set("haproxy", "socket", "/new");
    text.set("haproxy", "stateFile", "/state");
    text.setPool("nodes", "port", "8000", false);
    text.setPool("other", "port", "9000", false);
    assertTrue(text.hasPool("nodes", "match") && !text.hasPool("other", "match"));
    assertEquals(
        """
        # ours
        http:
          port: 9999 # the page
        haproxy:
          stateFile: /state
          # the socket
          socket: /new
        pools:
          - backend: nodes
            match:
              role: backend
            # the port
            port: 8000
          - backend: other
            port: 9000
        # the end
        """,
        text.text());
    var none = new SettingsText("");
    none.set("haproxy", "socket", "/new");
    none.setPool("app", "port", "8000", true);
    assertEquals(
        "haproxy:\n  socket: /new\n\npools:\n  - backend: app\n    port: 8000\n", none.text());
    var shipped = new SettingsText("pools:\n  - backend: nodes\n    port: 3000\n");
    shipped.setPool("app", "port", "8000", true);
    assertEquals("pools:\n  - backend: app\n    port: 8000\n", shipped.text());
  }
}
