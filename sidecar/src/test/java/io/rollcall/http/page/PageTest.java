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
import io.rollcall.http.RecordedActions;
import io.rollcall.http.Samples;
import io.rollcall.http.StatusServer;
import io.rollcall.http.stream.Subscription;
import io.rollcall.metrics.PrometheusMetrics;
import io.rollcall.testing.EventLoop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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
  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusMetrics meters = new PrometheusMetrics();
  private final RecordedActions said = new RecordedActions();
  private int port;

  @BeforeEach
  void listen() {
    var server =
        new StatusServer(
            loop.vertx(),
            "token",
            said,
            RecordedActions.NO_ORDERS,
            RecordedActions.NO_SESSIONS,
            meters);
    port = loop.get(() -> server.listen("127.0.0.1", 0));
  }

  @AfterEach
  void close() {
    client.close();
    loop.close();
    meters.close();
  }

  private String get(String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Accept", "text/html");
    return client.send(request.build(), BodyHandlers.ofString()).body();
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
  void showsAMemberWithAllThatIsKnownOfIt() throws Exception {
    said.status = status(S1);
    String page = get("/");
    for (String part :
        List.of(
            "nodes: 1 of 1 members serve; in sync",
            "127.0.0.11:3000",
            ">slot1<",
            "serving</span>",
            "check passes",
            ">alive<",
            ">L7OK<",
            ">12<",
            "1 now, 340 in all",
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
    said.status =
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
  void runsNothingWithinItself() throws Exception {
    String page = get("/");
    assertFalse(page.matches("(?s).*<script(?! src=\"/assets/).*"), page);
    assertFalse(
        page.matches("(?s).*(<style| style=| on[a-z]+=|javascript:|https?://(?!THIS)).*"), page);
  }

  @ParameterizedTest
  @CsvSource({"web, web1 web2", "SLOT1, web1 web2 db1", "down, db1", "zone=b, web2", "nobody, ''"})
  void findsByNameSlotStateOrTag(String query, String found) throws Exception {
    said.status =
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
    said.status =
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
    said.status = status(many(1000));
    List<String> folded = names(get("/"));
    assertEquals(ViewOptions.FOLD, folded.size());
    assertEquals("s999", folded.getFirst());
    assertTrue(get("/").contains("900 more are folded."));
    assertEquals(1000, names(get("/?all=1")).size());
  }

  @Test
  void marksADisagreementOfGossipAndCheck() throws Exception {
    assertFalse(get("/").contains("they disagree"));
    said.status = status(row("s1", MemberState.DOWN));
    assertTrue(
        get("/").contains("they disagree") == MemberRows.disagree(row("s1", MemberState.DOWN)));
    assertFalse(MemberRows.disagree(row("s1", MemberState.PARKED)));
  }

  @Test
  void saysSinceWhenADeadSourceIsSilent() throws Exception {
    Status now = status(S1);
    said.status =
        new Status(
            now.balancer(),
            now.serf(),
            new Status.HaproxyStatus(false, null, null, null, null, null, 0, NOW.minusSeconds(60)),
            now.pools(),
            now.fleet(),
            now.events());
    String page = get("/");
    assertTrue(page.contains("does not answer"), page);
    assertTrue(page.contains("nothing since 09:59:00 UTC"), page);
    assertTrue(page.contains("version ?, pid ?"), page);
  }

  @Test
  void showsWhatBecomesOfMail() throws Exception {
    assertFalse(get("/").contains("Mail"), "no mail is sent");
    said.status = Samples.mailing(new Status.MailStatus(0, 0, null, null, null));
    assertTrue(get("/").contains("none sent since the start"));
    Instant failed = NOW.minusSeconds(60);
    String error = "550 <b>nobody</b> of that name";
    said.status = Samples.mailing(new Status.MailStatus(2, 1, NOW.minusSeconds(90), error, failed));
    String page = get("/");
    for (String text :
        List.of(
            "is not delivered",
            "550 &lt;b&gt;nobody&lt;/b&gt; of that name, <time datetime=\"2026-11-22T09:59:00Z\"",
            "2 undelivered, 1 dropped; last accepted: 09:58:30 UTC")) {
      assertTrue(page.contains(text), page);
    }
    said.status = Samples.mailing(new Status.MailStatus(0, 1, NOW, null, null));
    assertTrue(get("/").contains("is delivered"));
  }

  @Test
  void showsSerfsWordAsOldWhileTheAgentIsSilent() throws Exception {
    Status now = status(S1);
    said.status =
        new Status(
            now.balancer(),
            new Status.SerfStatus(false, null, null, null, null, null, null, NOW),
            now.haproxy(),
            now.pools(),
            now.fleet(),
            now.events());
    assertTrue(get("/").contains("<span class=\"stale\">alive</span>"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "?",
      value = {"true, agrees", "false, sees other members", "?, unknown whether it agrees"})
  void saysWhetherAnotherBalancerAgrees(@Nullable Boolean agrees, String words) {
    var peer = new Status.PeerBalancer("ha2", "127.0.0.2", MemberStatus.ALIVE, agrees);
    assertEquals(words, PageParts.fleet(List.of(peer)).peers().getFirst().agrees());
  }

  @Test
  void tellsALivePageOnlyWhatChanged() {
    var live = new LivePage(said);
    live.refresh(status(S1, S2), NOW);
    Subscription feed = live.feed(live.version());
    assertEquals(null, feed.next());
    live.refresh(status(Samples.busier(S1), S2), NOW);
    String part = Objects.requireNonNull(feed.next()).toString();
    assertTrue(part.contains(MemberRows.id("nodes", "s1")), part);
    assertFalse(part.contains(MemberRows.id("nodes", "s2")), part);
    assertFalse(part.contains("event: pool0"), part);
    live.refresh(status(S1), NOW);
    assertTrue(Objects.requireNonNull(feed.next()).toString().contains("event: pool0"));
  }

  @Test
  void tellsAPageOfAnEarlierRunEverything() {
    var live = new LivePage(said);
    live.refresh(status(S1, S2), NOW);
    String all = Objects.requireNonNull(live.feed(7).next()).toString();
    for (String part : List.of("headline", "sources", "timeline", "fleet", "head0", "pool0")) {
      assertTrue(all.contains(part), all);
    }
    assertFalse(all.contains("<tr"), "the page asks for the rows");
  }

  @Test
  void signalsAPoolWhereMoreRowsChangeThanAPageShows() {
    var live = new LivePage(said);
    live.refresh(status(many(1000)), NOW);
    Subscription feed = live.feed(live.version());
    live.refresh(
        status(Stream.of(many(1000)).map(Samples::busier).toArray(Status.MemberRow[]::new)), NOW);
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
