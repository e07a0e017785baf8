package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Slot.Admin;
import io.rollcall.core.model.Slot.Load;
import io.rollcall.core.model.SlotId;
import io.rollcall.haproxy.RuntimeFailure.Unreadable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The parsers of HAProxy's replies. */
final class RepliesTest {
  private static final String STATE =
      """
      1
      # be_name srv_name srv_addr srv_port srv_op_state srv_admin_state
      """;

  @Example
  void findsColumnsByNameInAnyOrder() {
    var row =
        ServersState.parse("1\n# srv_port added_in_5 srv_addr srv_name\n3000 x 10.0.0.7 s1\n")
            .rows()
            .getFirst();

    assertEquals(Endpoint.of("10.0.0.7", 3000), ServersState.endpoint(row));
  }

  @Example
  void readsAPlaceholderAsNoAddress() {
    assertNull(ServersState.endpoint(server("192.0.2.1 3000 0 5")));
    assertNull(ServersState.endpoint(server("- 3000 0 5")));
    assertNull(ServersState.endpoint(server("10.0.0.7 0 0 5")));
    assertEquals(Endpoint.of("fd00::7", 1), ServersState.endpoint(server("fd00::7 1 0 5")));
  }

  @Example
  void readsTheAdminBits() {
    assertEquals(Admin.READY, ServersState.admin(server("10.0.0.7 1 2 0")));
    assertEquals(Admin.READY, ServersState.admin(server("10.0.0.7 1 2 4")));
    assertEquals(Admin.READY, ServersState.admin(server("10.0.0.7 1 2 64")));
    for (int maint : List.of(1, 2, 5, 32, 9)) {
      assertEquals(Admin.MAINT, ServersState.admin(server("10.0.0.7 1 0 " + maint)));
    }
    for (int drain : List.of(8, 12, 16)) {
      assertEquals(Admin.DRAIN, ServersState.admin(server("10.0.0.7 1 2 " + drain)));
    }
  }

  @Example
  void readsEveryOperationalStateButStoppedAsRunning() {
    for (int state : List.of(1, 2, 3)) {
      assertTrue(ServersState.serving(server("10.0.0.7 1 " + state + " 4")));
    }
    assertEquals(false, ServersState.serving(server("10.0.0.7 1 0 4")));
    assertEquals(false, ServersState.serving(server("10.0.0.7 1 2 8")));
  }

  @Example
  void rejectsAnotherVersionOfTheState() {
    for (String text :
        List.of(
            "",
            "2\n# be_name\n",
            "1\n",
            "1\nbe_name\n",
            "Permission denied",
            STATE + "nodes slot1 10.0.0.7\n")) {
      assertThrows(Unreadable.class, () -> ServersState.parse(text), text);
    }
    assertThrows(Unreadable.class, () -> ServersState.endpoint(server("example.org 1 0 0")));
    assertThrows(Unreadable.class, () -> ServersState.endpoint(server("10.0.0.7 99999 0 0")));
    assertThrows(Unreadable.class, () -> ServersState.admin(server("10.0.0.7 1 0 x")));
  }

  @Example
  void readsLoadAndCheck() {
    var rows =
        StatCsv.rows(
            """
            # pxname,svname,qcur,scur,slim,stot,econ,eresp,rate,used_conn_cur,check_status,last_chk,
            nodes,slot1,1,2,4294967295,30,4,5,6,2,* L7OK,"said ""no"", then
            gave up",
            nodes,slot2,0,0,,0,0,0,0,1,,,\
            """);
    var row = rows.getFirst();

    assertEquals(new Load(2, 1, 30, 9, 6, Integer.MAX_VALUE), StatCsv.load(row));
    assertEquals("L7OK", StatCsv.check(row));
    assertEquals("said \"no\", then\ngave up", row.text("last_chk"));
    assertFalse(StatCsv.load(rows.getLast()).idle(), "its connection is not back yet");
  }

  @Example
  void readsAnEmptyFieldAsZero() {
    var row =
        StatCsv.rows(
                """
                # svname,qcur,scur,slim,stot,econ,eresp,rate,used_conn_cur,check_status,
                slot2,0,0,,0,,,0,,,\
                """)
            .getFirst();

    assertEquals(new Load(0, 0, 0, 0, 0, 0), StatCsv.load(row));
    assertEquals("", StatCsv.check(row));
  }

  @Example
  void readsWhetherItIsABackup() {
    var rows = StatCsv.rows("# pxname,svname,act,bck\nnodes,slot1,1,0\nnodes,sorry,0,1");

    assertFalse(StatCsv.backup(rows.getFirst()));
    assertTrue(StatCsv.backup(rows.getLast()));
  }

  @Example
  void readsTheProcess() {
    var replies =
        List.of(
            """
            Name: HAProxy
            Version: 2.6.12-1+deb12u4
            Pid: 42
            Uptime: 0d 0h04m55s
            Uptime_sec: 295
            CurrConns: 3
            Stopping: 1
            node: some: name\
            """,
            "# svname,req_rate,\nFRONTEND,7,\nFRONTEND,,\nFRONTEND,4,");

    assertEquals(
        new HaproxyInfo("2.6.12-1+deb12u4", 42, 295, true, 3, 11), InfoParser.parse(replies));
    assertThrows(Unreadable.class, () -> InfoParser.active(replies));
  }

  @Example
  void countsSessionsWithAnyKey() {
    String header = "# table: nodes, type: string, size:102400, used:3\n";
    String old =
        header
            + "0x55: key=a\\ exp\\=5\\ b use=0 exp=1799995 server_id=1 server_key=-\n"
            + "0x7f: key= use=0 exp=12 server_id=1";
    String recent = header + "0x55: key=abc use=0 exp=3 shard=0 server_id=1 server_key=10.0.0.7:3";

    assertEquals(new SessionSample(2, Duration.ofMillis(1_799_995)), StickTable.sessions(old));
    assertEquals(new SessionSample(1, Duration.ofMillis(3)), StickTable.sessions(recent));
    assertEquals(new SessionSample(0, Duration.ZERO), StickTable.sessions(header.strip()));
    assertEquals(new SessionSample(0, Duration.ZERO), StickTable.sessions("No such table"));
  }

  @Example
  void readsWhoseTheEntriesAre() {
    String reply =
        """
        # table: nodes, type: string, size:102400, used:4
        0x55: key=a use=0 exp=17 server_id=1 server_key=10.0.0.7:3
        0x56: key=b use=0 exp=19 shard=0 server_id=2 server_key=10.0.0.7:3
        0x57: key=c use=0 exp=18 server_id=2 server_key=2001:db8::1:80
        0x58: key=d use=0 exp=18 server_id=2 server_key=-
        """;
    StickTable.Owners owners = StickTable.owners("nodes", List.of(reply, ""));
    assertEquals(4, owners.entries());
    assertTrue(owners.byAddress());
    assertEquals(
        new SessionSample(2, Duration.ofMillis(19)), owners.at(Endpoint.of("10.0.0.7", 3)));
    assertEquals(
        new SessionSample(1, Duration.ofMillis(18)), owners.at(Endpoint.of("2001:db8::1", 80)));
    assertEquals(new SessionSample(0, Duration.ZERO), owners.at(Endpoint.of("10.0.0.7", 4)));
    assertEquals(new StickTable.Owner(1, Endpoint.of("10.0.0.7", 3)), StickTable.server(reply));
    assertFalse(
        StickTable.owners(
                "nodes", List.of(reply.replaceAll("server_key=\\S+", "server_key=slot1"), ""))
            .byAddress());
  }

  @Example
  void rejectsATableWithoutItsEntries() {
    String withheld =
        "# table: nodes, type: string, size:102400, used:3\n"
            + "# contents not dumped due to insufficient privileges";
    assertThrows(Unreadable.class, () -> StickTable.sessions(withheld));
    assertThrows(Unreadable.class, () -> StickTable.sessions("Permission denied"));
  }

  @Example
  void readsTheSizeOfOneTableAmongAll() {
    String all =
        "# table: nodes, type: string, size:102400, used:3\n"
            + "# table: nodes2, type: ip, size:1024, used:9";
    assertEquals(3, StickTable.size(all, "nodes"));
    assertEquals(9, StickTable.size(all, "nodes2"));
    assertEquals(0, StickTable.size(all, "plain"));
    assertEquals(0, StickTable.size("", "nodes"));
  }

  @Property(tries = 300)
  void reportsGarbageInOneLine(@ForAll("garbage") String text) {
    onlyUnreadable(text, t -> each(ServersState.parse(t).rows(), ServersState::endpoint));
    onlyUnreadable(text, t -> each(ServersState.parse(t).rows(), ServersState::serving));
    onlyUnreadable(text, t -> each(StatCsv.rows(t), StatCsv::load));
    onlyUnreadable(text, t -> each(StatCsv.rows(t), StatCsv::check));
    onlyUnreadable(text, StatCsv::servers);
    onlyUnreadable(text, StickTable::sessions);
    onlyUnreadable(text, t -> StickTable.size(t, "a"));
    onlyUnreadable(text, t -> InfoParser.parse(List.of(t, "# req_rate")));
    onlyUnreadable(text, t -> InfoParser.parse(List.of("Version: 1", t)));
    onlyUnreadable(text, t -> ServerStateFile.next(t, t, Set.of(new SlotId("a", "b"))));
    onlyUnreadable(text, t -> ServerStateFile.same(t, t + "\n"));
  }

  @Provide
  Arbitrary<String> garbage() {
    var parts =
        Arbitraries.of(
            "1\n",
            "# ",
            "be_name",
            "srv_name",
            "srv_addr",
            "srv_port",
            "srv_op_state",
            "svname",
            "srv_admin_state",
            " ",
            "\n",
            ",",
            "\"",
            "99999999999999999999",
            "-1",
            "7",
            "é",
            "# table: a, type: b, used:",
            "0x1: key=",
            " exp=",
            "Pid: ",
            "Version: ",
            "scur");
    return Arbitraries.oneOf(Arbitraries.strings(), parts)
        .list()
        .ofMaxSize(20)
        .map(list -> String.join("", list));
  }

  private static void onlyUnreadable(String text, Function<String, ?> parser) {
    try {
      var _ = parser.apply(text);
    } catch (Unreadable e) {
      assertEquals(1, e.reason().lines().count(), e.reason());
    }
  }

  private static List<?> each(List<TableRow> rows, Function<TableRow, ?> reader) {
    return rows.stream().map(reader).map(Optional::ofNullable).toList();
  }

  private static TableRow server(String rest) {
    return ServersState.parse(STATE + "nodes slot1 " + rest).rows().getFirst();
  }
}
