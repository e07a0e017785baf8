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
import io.rollcall.http.HttpAccess;
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
    var server = new StatusServer(loop.vertx(), HttpAccess.of(TestClient.TOKEN), source.ports());
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
        java.util.regex.Pattern.compile("data-details=\"\\w+\"><span class=\"text\">([^<]*)<")
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
            ">alive<",
            ">L7OK<",
            ">12<",
            "1 now",
            "<b>63</b> of 64 slots free",
            "<b>1</b> serving",
            "s1</b></a> s1 serves in nodes/slot1",
            "1 ms",
            "<a href=\"//127.0.0.2:9999/\"><b>ha2</b></a>",
            ":1936/\">HAProxy's page</a>",
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
    String details =
        get(MemberRows.details("nodes", text))
            .replaceAll("<script src=\"/assets/[a-z]+\\.js\" defer></script>", "");
    assertFalse(details.contains("<script"), details);
    assertFalse(details.contains("\"'>"), details);
    assertTrue(details.contains("x".repeat(500)), details);
  }

  @Test
  void runsNoScriptOrStyleOfItsOwnText() throws Exception {
    String page = get("/");
    assertFalse(page.matches("(?s).*<script(?! src=\"/assets/).*"), page);
    assertFalse(
        page.matches(
            "(?s).*(<style| style=| on[a-z]+=|javascript:|https?://(?!THIS|127.0.0.1:1936)).*"),
        page);
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
    assertEquals(List.of("s3", "s2", "s10"), names(get("/")), "trouble is first");
    assertEquals(List.of("s3", "s2", "s10"), names(get("/?sort=state")));
    assertEquals(List.of("s3", "s2", "s10"), names(get("/?sort=none-such")));
    source.status = status(row("s10", MemberState.SERVING), row("s2", MemberState.MAINT));
    assertEquals(List.of("s2", "s10"), names(get("/")));
    assertEquals(List.of("s10", "s2"), names(get("/?sort=state")));
  }

  @Test
  void filtersByTheCounts() throws Exception {
    source.status =
        status(
            row("s1", MemberState.SERVING),
            row("s2", MemberState.SUSPECT),
            row("s3", MemberState.DOWN));
    String page = get("/?sort=slot");
    assertTrue(page.contains("href=\"/?state=suspect&amp;sort=slot\""), page);
    assertTrue(page.contains("<b>2</b> need attention"), page);
    assertEquals(List.of("s2"), names(get("/?state=suspect")));
    assertEquals(List.of("s3", "s2"), names(get("/?state=attention")));
    assertTrue(get("/?state=down").contains("href=\"/\" aria-current=\"true\""));
    assertEquals(3, names(get("/?state=nonsense")).size());
  }

  @Test
  void showsAllThatHaproxyKnowsInTheDetails() throws Exception {
    source.status = status(S1);
    String page = get("/page/member?pool=nodes&name=s1");
    for (String part :
        List.of(
            "check passes",
            "L7OK, took 3 ms",
            "1 h; down for 7 s in all",
            "2xx: 300, 3xx: 20, 4xx: 12, 5xx: 8",
            "queue 1 ms, connect 2 ms, response 15 ms",
            "4.1 kB to the server, 65.5 kB from it",
            "5 retries, 6 redispatches, aborted: 9 by clients, 10 by the server",
            "12 tracked, 1 in progress, 340 since HAProxy started",
            "port=3000 role=backend")) {
      assertTrue(page.contains(part), () -> part + " is not in " + page);
    }
    assertEquals(404, client.get("/page/member?pool=nodes&name=s9").statusCode());
  }

  @Test
  void filtersTheEventsAndFoldsMails() throws Exception {
    source.status =
        status(
            List.of(
                event(1, "serving", "s1"),
                event(2, "down", "s<2"),
                event(3, "mail", null),
                event(4, "mail", null),
                event(5, "pool-down", null)),
            S1);
    String all = get("/page/events");
    assertTrue(all.contains("<summary>2 mails</summary>"), all);
    assertTrue(all.contains(">2026-11-22 09:58:30 UTC</time>"), all);
    assertTrue(all.contains("href=\"/page/events?member=s%3C2\""), all);
    assertTrue(all.contains("This is the first event that is kept."), all);
    assertEquals(1, count(get("/page/events?member=s1"), "class=\"kind\""));
    assertEquals(2, count(get("/page/events?severity=warning"), "class=\"kind\""));
    assertEquals(1, count(get("/page/events?severity=critical"), "class=\"kind\""));
    assertEquals(2, count(get("/page/events?kind=mail"), "class=\"kind\""));
    assertFalse(all.contains("Newest events"), all);
    String older = get("/page/events?before=2&kind=serving");
    assertEquals(1, count(older, "class=\"kind\""));
    assertTrue(older.contains("href=\"/page/events?kind=serving\">Newest events"), older);
  }

  /** By its own clock a browser would count ages of days. */
  @Test
  void tellsEachPageWithAgesTheTimeOfTheSidecar() throws Exception {
    source.status = status(List.of(event(2, "down", "s1")), S1);
    for (String path :
        List.of("/", "/page/events", "/page/incident?id=2", "/page/member?pool=nodes&name=s1")) {
      String page = get(path);
      assertTrue(page.contains("<html lang=\"en\" data-now=\"" + NOW + "\">"), page);
    }
    assertTrue(get("/docs/troubleshooting").contains("<html lang=\"en\">"));
  }

  @Test
  void showsAnIncidentOnOnePageAndAsText() throws Exception {
    source.status = status(List.of(event(1, "serving", "s1"), event(2, "down", "s<2")), S1);
    String page = get("/page/incident?id=2");
    assertTrue(page.contains("s&lt;2 down: s&lt;2 serves in nodes/slot1"), page);
    assertTrue(page.contains("nobody: Rollcall acted by itself"), page);
    assertTrue(page.contains("data-copy=\"Incident 2: s&lt;2 down"), page);
    var text = client.get("/page/incident?id=2&text=1");
    assertTrue(text.body().startsWith("Incident 2: s<2 down"), text.body());
    assertEquals(404, client.get("/page/incident?id=1").statusCode());
    assertEquals(400, client.get("/page/incident?id=x").statusCode());
    assertTrue(get("/").contains("<a href=\"/page/incident?id=2\">"));
  }

  private static Status.EventRecord event(long id, String kind, @Nullable String member) {
    return new Status.EventRecord(
        id,
        NOW.minusSeconds(90),
        kind,
        member,
        "nodes",
        "slot1",
        member + " serves in nodes/slot1",
        9L);
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  @Test
  void linksToNoPageOfAStrangeHost() {
    var links = PageLinks.of(Map.of("HAPROXY_STATS_PORT", "8404"), 9999);
    assertEquals("http://ha:8404/", links.haproxy("ha:9999"));
    assertEquals("http://[::1]:8404/", links.haproxy("[::1]:9999"));
    assertEquals(null, links.haproxy("a\"><script>"));
    assertEquals(null, links.haproxy(null));
    assertEquals("//[fd00::7]:9999/", links.balancer("fd00::7"));
    assertEquals(1936, PageLinks.of(Map.of("HAPROXY_STATS_PORT", "x"), 9999).haproxyPort());
  }

  @Test
  void showsWhatADrainWaitsForAsABar() throws Exception {
    source.status = status(Samples.draining("s1", 12, 3));
    String page = get("/");
    assertTrue(page.contains("<progress max=\"12\" value=\"9\""), page);
    assertTrue(page.contains("waits for 3 of 12 sessions and 1 requests, at most 20 s"), page);
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
  void marksAPoolThatIsOnlyObserved() throws Exception {
    Status.PoolStatus pool = Samples.pool(S1);
    assertFalse(get("/").contains("Observed only"));
    source.status =
        Samples.status(
            BalancerState.IN_SYNC,
            List.of(),
            new Status.PoolStatus(
                pool.backend(),
                false,
                pool.slots(),
                pool.drift(),
                pool.members(),
                0,
                true,
                List.of("slot1 s1 <draining>")));
    String html = get("/");
    assertTrue(
        html.contains("<b>Observed only</b>: nothing is sent to HAProxy. Planned now:"), html);
    assertTrue(html.contains("<li>slot1 s1 &lt;draining&gt;</li>"), html);
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
    assertTrue(page.contains("since 09:59:00 UTC, last read"), page);
    assertTrue(page.contains("version ?, pid ?"), page);
  }

  @Test
  void showsNothingAsGoodWhileHaproxyIsUnreachable() throws Exception {
    Status now =
        status(
            BalancerState.DEGRADED,
            List.of("HAProxy: connection refused"),
            new Status.PoolStatus(
                "nodes",
                false,
                new Status.SlotCounts(null, null, 2),
                new Status.DriftCount(0, 0),
                List.of(row("s1", MemberState.UNKNOWN), row("s2", MemberState.UNKNOWN))));
    source.status =
        Samples.with(
            now,
            now.serf(),
            new Status.HaproxyStatus(false, null, null, null, null, null, 0, NOW.minusSeconds(60)));
    String page = get("/");
    assertFalse(page.contains("s-serving"), page);
    assertFalse(page.contains("s-in-sync"), page);
    assertTrue(page.contains("class=\"headline s-critical\""), page);
    assertTrue(page.contains("<b>2</b> unknown"), page);
    assertTrue(page.contains("<code>systemctl status haproxy</code>"), page);
    String json = client.get("/api/v1/status").body();
    assertTrue(json.contains("\"state\":null"), json);
    assertTrue(json.contains("\"health\":\"critical\""), json);
  }

  @Test
  void saysWhatToDoNextForAMemberThatDied() throws Exception {
    source.status = status(S1, row("s2", MemberState.FAILED));
    String page = get("/");
    for (String part :
        List.of(
            "class=\"headline s-warning\"",
            "warning: nodes: 1 of 2 up, s2 failed (<time",
            "data-age>1 min</time>)</span></h1>",
            "<b>nodes: s2 failed</b>",
            "data-copy=\"ssh 127.0.0.11 systemctl --failed\"",
            "href=\"/docs/troubleshooting#member-failed\"")) {
      assertTrue(page.contains(part), () -> part + " is not in " + page);
    }
    assertTrue(get("/docs/troubleshooting").contains("<h2 id=\"member-failed\">"));
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
            new Status.SerfStatus(false, null, null, null, null, null, null, null, null, NOW),
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
    assertEquals(
        words,
        PageParts.fleet(List.of(peer), new PageLinks(1936, 9999)).peers().getFirst().agrees());
  }

  @Test
  void sendsALivePageOnlyWhatChanged() {
    var live = new LivePageSource(source, source.links(), 1000);
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
  void comparesNothingUntilTheFactsChange() {
    var live = new LivePageSource(source, source.links(), 1000);
    Status first = status(S1, S2);
    live.refresh(first);
    long version = live.version();
    source.rates = List.of(1, 2, 3);
    live.refresh(first.at(NOW.plusSeconds(1)));
    assertEquals(version, live.version());
    live.refresh(status(S1, S2));
    assertEquals(version + 1, live.version());
  }

  @Test
  void sendsAPageOfAnEarlierRunEverything() {
    var live = new LivePageSource(source, source.links(), 1000);
    live.refresh(status(S1, S2));
    String all = Objects.requireNonNull(live.subscribe(7).next()).toString();
    for (String part : List.of("headline", "sources", "timeline", "fleet", "head0", "pool0")) {
      assertTrue(all.contains(part), all);
    }
    assertFalse(all.contains("<tr"), "the page asks for the rows");
  }

  @Test
  void signalsAPoolWhereMoreRowsChangeThanAPageShows() {
    var live = new LivePageSource(source, source.links(), 1000);
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
    assertNotEquals(MemberRows.id("a", "_b"), MemberRows.id("a_", "b"));
    assertNotEquals(MemberRows.id("a", "_2E"), MemberRows.id("a", "."));
    assertEquals("mnodes___22_3E_C3_A4_2E_2A_5F", MemberRows.id("nodes", "\">ä.*_"));
    assertEquals(MemberStatus.ALIVE, S1.gossip());
  }
}
