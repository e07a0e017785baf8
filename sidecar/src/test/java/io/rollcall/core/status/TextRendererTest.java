package io.rollcall.core.status;

import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.UNKNOWN;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberState;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TextRendererTest {
  private static final String SCRIPT = "<script>alert(1)</script>";

  private static final TextReport HOSTILE =
      TextReport.of(
          status(
              row(
                  SCRIPT,
                  MemberState.DOWN,
                  Map.of("q", "\"'><img src=x>", "t", "a\tb\r\nc", "rtl", "\u202egnp.exe"))));

  @Test
  void alignsTheTextUnderItsHeads() {
    assertEquals(
        """
        warning: nodes: 1 of 2 up, new waiting (3 s)

        What to do next
          SEVERITY  POOL   PROBLEM      FOR  COMMAND        HELP
          warning   nodes  new waiting  3 s  rollcall plan  /docs/troubleshooting#member-waiting

        Pool nodes: 62 of 64 slots free; drift: 0 found, 0 repaired
          NAME  ADDRESS          SLOT   STATE    SINCE  WHY           GOSSIP   CHECK  SESSIONS (STICKY/NOW/TOTAL)  REQ/S  ERRORS  WEIGHT  TAGS
          s1    127.0.0.11:3000  slot1  serving  1 min  check passes  alive    L7OK   12/1/340                     7      0       100     port=3000 role=backend
          new   ?                none   waiting  3 s    no free slot  unknown  ?      ?/?/?                        ?      ?       ?

        Sources: sidecar started 2 h ago
          SOURCE   REACHABLE  LAST READ  LAST EVENT  DETAILS
          Serf     yes        12 s ago   4 s ago     3 members: 3 alive, 0 failed, 0 left; health score 0
          HAProxy  yes        1 s ago                version 2.6.12, pid 77, up 3 h; 5 connections, 14 requests/s; restarts: 0

        Other balancers
          NAME  ADDRESS    GOSSIP  AGREES
          ha2   127.0.0.2  alive   ?

        Events: newest first
          ID  AT                    KIND    MEMBER  SLOT         TOOK  TEXT
          8   2026-11-22T09:58:30Z  joined  s2      nodes/slot1  1 ms  s2 serves in nodes/slot1
          7   2026-11-22T09:58:30Z  joined  s1      nodes/slot1  1 ms  s1 serves in nodes/slot1

        Rollcall 0.1.0 on ha; ? means the value is currently unknown
        """,
        TextRenderer.render(TextReport.of(status(S1, UNKNOWN))));
  }

  @Test
  void saysWhereTheAgentIsNotProtected() {
    String unprotected =
        TextReport.details(new Status.SerfStatus(true, 1, 1, 0, 0, 0, false, false, null, null));
    assertTrue(
        unprotected.endsWith("health score 0; gossip is not encrypted; the RPC has no key"),
        unprotected);
  }

  @Test
  void showsHostileTextAsTextInATerminal() {
    String text = TextRenderer.render(HOSTILE);
    assertTrue(text.contains("  " + SCRIPT + "  127.0.0.11:3000"), text);
    assertTrue(text.contains("rtl=\\u{202e}gnp.exe t=a\\u{9}b\\u{d}\\u{a}c\n"), text);
  }

  @Test
  void letsALongNamePushItsOwnRowOnly() {
    String text =
        TextRenderer.render(
            TextReport.of(status(S1, row("x".repeat(200), MemberState.SERVING, Map.of()))));
    String s1 = text.lines().filter(line -> line.startsWith("  s1 ")).findFirst().orElseThrow();
    assertTrue(s1.length() < 200, s1);
    assertTrue(text.contains("  " + "x".repeat(200) + "  127.0.0.11:3000"), text);
  }
}
