package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.ConfigurationFinding;
import io.rollcall.core.model.ConfigurationFinding.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTextTest {
  private static final String STATE = "/var/lib/haproxy/server-state";
  private static final String FINE =
      """
      global
          server-state-file /var/lib/haproxy/server-state  # a comment
          hard-stop-after 2m
      defaults
          load-server-state-from-file global
      frontend all
          bind :80
      backend nodes
          balance uri
          hash-type consistent
          stick-table type string len 40 size 100k srvkey addr
          stick store-request req.cook(NODESESSID)
          server-template slot 1-8 slot.invalid:1 check disabled
      """;

  @Test
  void findsNothingInTheProductsFile() throws IOException {
    var file = Files.readString(Path.of("../ha/config/haproxy.cfg"));
    assertEquals(List.of(), ConfigurationText.parse(file).findings(List.of("nodes"), STATE));
    assertEquals(Duration.ofSeconds(30), ConfigurationText.parse(file).hardStopAfter());
    assertEquals(List.of(), faults(FINE));
    assertEquals(Duration.ofMinutes(2), ConfigurationText.parse(FINE).hardStopAfter());
  }

  @Test
  void saysNothingOfWhatMayNotBeRead() {
    String lines =
        """
        balance static-rr
        load-server-state-from-file none
        use-server slot1 if TRUE
        server-template web 1-2 slot.invalid check disabled
        server-template old 1-2 192.0.2.1:1 check disabled
        """;
    for (String condition : List.of("false", "feature(LUA)", "defined(MAYBE)")) {
      String block = ".if " + condition + "\n" + lines + ".endif\n";
      assertEquals(List.of(), faults(FINE + block), condition);
      assertEquals(
          List.of(),
          faults(".if " + condition + "\nbackend nodes\n" + lines + ".endif\n" + FINE),
          condition);
    }
    assertEquals(5, faults(FINE + ".if true\n" + lines + ".endif\n").size());
  }

  @Test
  void saysNothingOfATableThatMayNotBeRead() {
    String table = "    stick-table type string len 40 size 100k srvkey addr\n";
    String keyless = table.replace(" srvkey addr", "");
    String either = ".if version_atleast(3.0)\n%s.else\n%s.endif\n";
    assertEquals(List.of(), faults(FINE.replace(table, either.formatted(table, keyless))));
    assertEquals(List.of(), faults(FINE.replace(table, either.formatted(keyless, table))));
    String other = "    stick on src table other\n";
    assertEquals(List.of(), faults(FINE + either.formatted("", other)));
    assertEquals(List.of(Fault.SESSIONS_UNTRACKED), faults(FINE + other));
  }

  @Test
  void findsAStateFileThatIsNotLoaded() {
    assertEquals(
        List.of(Fault.STATE_FILE_UNUSED),
        faults(without("    load-server-state-from-file global\n")));
    assertEquals(
        List.of(Fault.STATE_FILE_UNUSED),
        faults(FINE.replace("from-file global", "from-file none")));
    assertEquals(
        List.of(Fault.STATE_FILE_UNUSED),
        faults(FINE.replace("from-file global", "from-file local")),
        "reads the file nodes");
    assertEquals(
        List.of(Fault.STATE_FILE_UNUSED), faults(FINE.replace("server-state  #", "other  #")));
    assertEquals(
        List.of(Fault.STATE_FILE_UNUSED), faults(without("    server-state-file " + STATE)));
    assertEquals(
        List.of(Fault.ADDRESSES_NOT_RESTORED),
        faults(FINE.replace("slot.invalid:1", "127.0.0.1:80")),
        "the pool works, but for a moment after each restart");
  }

  @Test
  void findsNothingInABackendThatReadsTheFileAsItsOwn() {
    String local =
        FINE.replace("from-file global", "from-file local")
            .replace("server-state-file " + STATE, "server-state-base /var/lib/haproxy");
    assertEquals(List.of(Fault.STATE_FILE_UNUSED), faults(local));
    assertEquals(
        List.of(),
        faults(
            local.replace(
                "backend nodes", "backend nodes\n    server-state-file-name server-state")));
    assertEquals(
        List.of(),
        ConfigurationText.parse(local).findings(List.of("nodes"), "/var/lib/haproxy/nodes"));
  }

  @Test
  void findsSlotsWithoutAPort() {
    assertEquals(List.of(Fault.PORTLESS), faults(FINE.replace("slot.invalid:1", "slot.invalid")));
    String own = "    server own 10.0.0.9 check\n";
    assertEquals(List.of(), faults(FINE + own), "a server of the operator's");
  }

  @Test
  void findsAStaticBalance() {
    assertEquals(List.of(Fault.STATIC_BALANCE), faults(without("    hash-type consistent\n")));
    assertEquals(
        List.of(Fault.STATIC_BALANCE), faults(FINE.replace("balance uri", "balance static-rr")));
    assertEquals(
        List.of(Fault.STATIC_BALANCE),
        faults(without("    hash-type consistent\n").replace("balance uri", "balance hdr(Host)")));
    assertEquals(List.of(), faults(FINE.replace("balance uri", "balance leastconn")));
  }

  @Test
  void findsATableThatNamesServersByTheirSlots() {
    assertEquals(List.of(Fault.NO_SERVER_KEYS), faults(without(" srvkey addr")));
    assertEquals(
        List.of(),
        faults(
            without(" srvkey addr").replace("    stick store-request req.cook(NODESESSID)\n", "")));
  }

  @Test
  void acceptsATableThatOtherBalancersShare() {
    String shared =
        FINE.replace("srvkey addr", "srvkey addr peers balancers")
            + "peers balancers\n    peer lb1 10.0.0.1:1024\n    peer lb2 10.0.0.2:1024\n";
    assertEquals(List.of(), faults(shared));
    assertEquals(List.of(Fault.NO_SERVER_KEYS), faults(shared.replace(" srvkey addr", "")));
  }

  @Test
  void findsATableOfTheOperatorsOwnThatTracksNoSessions() {
    String own =
        FINE.replace("type string len 40 size 100k srvkey addr", "type ip size 1k store conn_cur")
            .replace("stick store-request req.cook(NODESESSID)", "cookie LB insert dynamic");
    assertEquals(List.of(Fault.SESSIONS_UNTRACKED), faults(own));
    assertEquals(List.of(), faults(own.replace("    cookie LB insert dynamic\n", "")));
  }

  @Test
  void findsRulesThatStoreInTheTableOfAnotherProxy() {
    String rule = "stick store-request req.cook(NODESESSID)";
    assertEquals(
        List.of(Fault.SESSIONS_UNTRACKED), faults(FINE.replace(rule, rule + " table sessions")));
    assertEquals(List.of(), faults(FINE.replace(rule, rule + " table nodes")));
  }

  @Test
  void findsRulesThatNameASlot() {
    String rule = "backend nodes\n    use-server %s if { path_beg /x }";
    assertEquals(
        List.of(Fault.SLOT_NAMED), faults(FINE.replace("backend nodes", rule.formatted("slot3"))));
    String own = rule.formatted("own") + "\n    server own 10.0.0.9:80";
    assertEquals(List.of(), faults(FINE.replace("backend nodes", own)));
  }

  @Test
  void saysNothingOfWhatAVariableOfAnotherProcessDecides() {
    assertEquals(
        List.of(),
        faults(FINE.replace("server-state-file " + STATE, "server-state-file \"$FILE\"")));
    assertEquals(
        List.of(),
        faults(FINE.replace("server-state-file " + STATE, "server-state-file \"${F}\"")));
    assertEquals(List.of(), faults(FINE.replace("from-file global", "from-file \"${FROM}\"")));
    assertEquals(
        List.of(),
        faults(
            FINE.replace(
                "server-state-file " + STATE,
                "setenv DIR /var/lib/haproxy\n    server-state-file \"${DIR}/server-state\"")));
    String unnamed = FINE.replace("backend nodes", "backend \"${POOL}\"");
    assertEquals(List.of(), faults(unnamed.replace("from-file global", "from-file none")));
  }

  @Test
  void reportsAFileThatLacksTheBackend() {
    assertEquals(
        List.of(Fault.NOT_IN_FILE),
        faults("global\n    maxconn 9\nbackend others\n    balance source\n"));
    assertEquals(
        List.of(),
        faults("backend nodes\n    balance roundrobin\n"),
        "global and defaults are in another file");
  }

  @Test
  void readsTheDefaultsThatABackendNames() {
    String two = FINE.replace("frontend all", "defaults other\n    mode tcp\nfrontend all");
    assertEquals(List.of(Fault.STATE_FILE_UNUSED), faults(two));
    String named = two.replace("defaults\n", "defaults first\n");
    assertEquals(List.of(), faults(named.replace("backend nodes", "backend nodes from first")));
  }

  private static String without(String text) {
    return FINE.replace(text, "");
  }

  private static List<Fault> faults(String file) {
    return ConfigurationText.parse(file).findings(List.of("nodes"), STATE).stream()
        .map(ConfigurationFinding::fault)
        .toList();
  }
}
