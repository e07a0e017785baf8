package io.rollcall.http.page;

import static io.rollcall.http.Samples.NOW;
import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Status;
import io.rollcall.http.Samples;
import io.rollcall.http.StatusServer;
import io.rollcall.http.StubStatus;
import io.rollcall.http.stream.Subscription;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a browser without scripts gets it, and the parts of it that change. */
final class PageTest {
  private final EventLoop loop = new EventLoop();
  private final StubStatus source = new StubStatus();
  private TestClient client;

  @BeforeEach
  void listen() {
    var server = new StatusServer(loop.vertx(), TestClient.TOKEN, source.ports());
    client = new TestClient(loop.get(() -> server.listen("127.0.0.1", 0)));
  }

  @AfterEach
  void close() {
    client.close();
    loop.close();
  }

  private String get(String path) throws IOException {
    return client.get(path, "Accept", "text/html").body();
  }

  private static List<String> names(String page) {
    var names = new ArrayList<String>();
    var found =
        java.util.regex.Pattern.compile("class=\"name\"><span class=\"text\">([^<]*)<")
            .matcher(page);
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  private static Status.MemberRow[] many(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> row("s" + i, i == count - 1 ? MemberState.DOWN : MemberState.SERVING))
        .toArray(Status.MemberRow[]::new);
  }

  @Test
  void showsEverythingAboutAMember() throws Exception {
    source.status = status(S1);
    String page = get("/");
    for (String part :
        List.of(
            "nodes: 1 of 1 up<",
            "127.0.0.11:3000",
            ">slot1<",
            "serving</span>",
            "check passes",
            ">alive<",
            ">L7OK<",
            ">12<",
            "1 now, 340 total",
            "port=3000 role=backend",
            "<b>63</b> of 64 slots free",
            "s1</b> s1 serves in nodes/slot1",
            "1 ms",
            "ha2",
            "slots read",
            "member list read")) {
      assertTrue(page.contains(part), () -> part + " is not in " + page);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "\u202egnp.exe\t\r\n\0",
        "${7*7}{{7*7}}",
      })
  void showsHostileTextAsText(String text) throws Exception {
    source.status =
        status(
            BalancerState.DEGRADED,
            List.of(text),
            Samples.pool(row(text, MemberState.DOWN, Map.of("tag", text, text, "x".repeat(500)))));
    String page = get("/?q=" + java.net.URLEncoder.encode(text, UTF_8));
    String plain = page.replaceAll("<script src=\"/assets/[a-z]+\\.js\" defer></script>", "");
    assertFalse(plain.contains("<script"), page);
    assertFalse(plain.contains("<img src=x"), page);
    assertFalse(plain.contains("\"'>"), page);
    assertFalse(plain.matches("(?s).*[\\p{Cf}\\x00-\\x08\\x0b-\\x1f].*"), page);
    assertTrue(plain.contains("x".repeat(500)), page);
  }

  @Test
  void runsNoScriptOrStyleOfItsOwnText() throws Exception {
    String page = get("/");
    assertFalse(page.matches("(?s).*<script(?! src=\"/assets/).*"), page);
    assertFalse(
        page.matches("(?s).*(<style| style=| on[a-z]+=|javascript:|https?://(?!THIS)).*"), page);
  }

  @ParameterizedTest
  @CsvSource({"web, web1 web2", "SLOT1, web1 web2 db1", "down, db1", "zone=b, web2", "nobody, ''"})
  void findsByNameSlotStateOrTag(String query, String found) throws Exception {
    source.status =
        status(
            row("web1", MemberState.SERVING),
            row("web2", MemberState.SERVING, Map.of("zone", "b")),
            row("db1", MemberState.DOWN));
    assertEquals(
        Stream.of(found.split(" ")).filter(n -> !n.isEmpty()).sorted().toList(),
        names(get("/?q=" + query)).stream().sorted().toList());
  }

  @Test
  void sortsAsAskedAndByNameOtherwise() throws Exception {
    source.status =
        status(
            row("s10", MemberState.SERVING),
            row("s2", MemberState.SERVING),
            row("s3", MemberState.DOWN));
    assertEquals(List.of("s2", "s3", "s10"), names(get("/")));
    assertEquals(List.of("s3", "s2", "s10"), names(get("/?sort=state")));
    assertEquals(List.of("s2", "s3", "s10"), names(get("/?sort=none-such")));
  }

  @Test
  void foldsManyMembersButNoneThatIsInTrouble() throws Exception {
    source.status = status(many(1000));
    List<String> folded = names(get("/"));
    assertEquals(ViewOptions.FOLD, folded.size());
    assertEquals("s999", folded.getFirst());
    assertTrue(get("/").contains("900 more members are hidden."));
    assertEquals(1000, names(get("/?all=1")).size());
  }

  @Test
  void marksADisagreementOfGossipAndCheck() throws Exception {
    assertFalse(get("/").contains("</span> disagree<"));
    source.status = status(row("s1", MemberState.DOWN));
    assertTrue(
        get("/").contains("</span> disagree<") == MemberRows.disagree(row("s1", MemberState.DOWN)));
    assertFalse(MemberRows.disagree(row("s1", MemberState.PARKED)));
  }

  @Test
  void saysSinceWhenASourceIsUnreachable() throws Exception {
    Status now = status(S1);
    source.status =
        Samples.with(
            now,
            now.serf(),
            new Status.HaproxyStatus(false, null, null, null, null, null, 0, NOW.minusSeconds(60)));
    String page = get("/");
    assertTrue(page.contains("unreachable since 09:59:00 UTC, last read"), page);
    assertTrue(page.contains("version ?, pid ?"), page);
  }

  @Test
  void showsTheStateOfMail() throws Exception {
    assertFalse(get("/").contains("Mail"), "no mail is sent");
    source.status = Samples.mailing(new Status.MailStatus(0, 0, null, null, null));
    assertTrue(get("/").contains("no mail sent since the start"));
    Instant failed = NOW.minusSeconds(60);
    String error = "550 <b>nobody</b> of that name";
    source.status =
        Samples.mailing(new Status.MailStatus(2, 1, NOW.minusSeconds(90), error, failed));
    String page = get("/");
    for (String text :
        List.of(
            ">failing<",
            "550 &lt;b&gt;nobody&lt;/b&gt; of that name, <time datetime=\"2026-11-22T09:59:00Z\"",
            "2 undelivered, 1 dropped; last mail accepted: 09:58:30 UTC")) {
      assertTrue(page.contains(text), page);
    }
    source.status = Samples.mailing(new Status.MailStatus(0, 1, NOW, null, null));
    assertTrue(get("/").contains("last mail accepted"));
  }

  @Test
  void showsTheGossipStateAsOldWhileTheAgentIsUnreachable() throws Exception {
    Status now = status(S1);
    source.status =
        Samples.with(
            now,
            new Status.SerfStatus(false, null, null, null, null, null, null, NOW),
            now.haproxy());
    assertTrue(get("/").contains("<span class=\"stale\">alive</span>"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "?",
      value = {
        "true, sees the same members",
        "false, sees different members",
        "?, unknown whether it agrees"
      })
  void saysWhetherAnotherBalancerAgrees(@Nullable Boolean agrees, String words) {
    var peer = new Status.PeerBalancer("ha2", "127.0.0.2", MemberStatus.ALIVE, agrees);
    assertEquals(words, PageParts.fleet(List.of(peer)).peers().getFirst().agrees());
  }

  @Test
  void sendsALivePageOnlyWhatChanged() {
    var live = new LivePageSource(source, 1000);
    live.refresh(status(S1, S2));
    Subscription feed = live.subscribe(live.version());
    assertEquals(null, feed.next());
    live.refresh(status(Samples.busier(S1), S2));
    String part = Objects.requireNonNull(feed.next()).toString();
    assertTrue(part.contains(MemberRows.id("nodes", "s1")), part);
    assertFalse(part.contains(MemberRows.id("nodes", "s2")), part);
    assertFalse(part.contains("event: pool0"), part);
    live.refresh(status(S1));
    assertTrue(Objects.requireNonNull(feed.next()).toString().contains("event: pool0"));
  }

  @Test
  void sendsAPageOfAnEarlierRunEverything() {
    var live = new LivePageSource(source, 1000);
    live.refresh(status(S1, S2));
    String all = Objects.requireNonNull(live.subscribe(7).next()).toString();
    for (String part : List.of("headline", "sources", "timeline", "fleet", "head0", "pool0")) {
      assertTrue(all.contains(part), all);
    }
    assertFalse(all.contains("<tr"), "the page asks for the rows");
  }

  @Test
  void signalsAPoolWhereMoreRowsChangeThanAPageShows() {
    var live = new LivePageSource(source, 1000);
    live.refresh(status(many(1000)));
    Subscription feed = live.subscribe(live.version());
    live.refresh(
        status(Stream.of(many(1000)).map(Samples::busier).toArray(Status.MemberRow[]::new)));
    String news = Objects.requireNonNull(feed.next()).toString();
    assertTrue(news.contains("event: pool0"), news);
    assertFalse(news.contains("<tr"), news);
  }

  @Test
  void givesEachMemberAnIdOfItsOwn() {
    assertNotEquals(MemberRows.id("a", "b"), MemberRows.id("b", "a"));
    assertTrue(MemberRows.id("nodes", "\"><script>").matches("m[0-9a-f]{16}"));
    assertEquals(MemberStatus.ALIVE, S1.gossip());
  }
}
