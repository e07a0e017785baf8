package io.rollcall.http;

import static io.rollcall.http.Samples.NOW;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.status.BalancerState;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.TrafficHistory;
import io.rollcall.testing.Browser;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** How the page looks in a real browser with a status that a test sets. */
final class PageLayoutIT {
  private static final String GREEN = "rgb(28, 107, 70)";
  private static final String AMBER = "rgb(135, 80, 0)";

  private static final StubStatus SOURCE = new StubStatus();
  private static EventLoop loop;
  private static StatusServer server;
  private static Browser browser;
  private static String address;

  @BeforeAll
  static void start() {
    loop = new EventLoop();
    server = new StatusServer(loop.vertx(), HttpAccess.of(TestClient.TOKEN), SOURCE.ports());
    address = "http://127.0.0.1:" + loop.get(() -> server.listen("127.0.0.1", 0)) + "/";
    browser = new Browser();
  }

  @AfterAll
  static void end() {
    browser.close();
    loop.close();
  }

  @BeforeEach
  void light() {
    SOURCE.history = new TrafficHistory();
    browser.scheme("light");
    browser.size(1440, 900);
  }

  @AfterEach
  void complainsOfNothing() {
    assertEquals(List.of(), browser.complaints());
  }

  private static long number(String script) {
    return ((Number) Objects.requireNonNull(browser.run("return " + script))).longValue();
  }

  /** The lower edge of a member's row, in pixels from the top of the window. */
  private static long bottom(String name) {
    return number(
        "Math.ceil([...document.querySelectorAll('.pool tbody tr')].find(row =>"
            + " row.querySelector('th').innerText === '"
            + name
            + "').getBoundingClientRect().bottom)");
  }

  /**
   * A member as HAProxy and Serf would show it in this state, at a slot and an address of its own.
   */
  private static Status.MemberRow real(String prefix, int number, MemberState state) {
    Status.MemberRow row = row(prefix + number, state);
    boolean serves = state == MemberState.SERVING;
    boolean known = state != MemberState.UNKNOWN;
    String why = serves ? "check passed" : "check L4CON: Connection refused";
    return new Status.MemberRow(
        row.name(),
        "192.0.2." + (10 + number),
        row.port(),
        "slot" + number,
        state,
        row.since(),
        known ? why : "HAProxy could not be read; before that: check passed",
        false,
        null,
        state == MemberState.FAILED ? MemberStatus.FAILED : MemberStatus.ALIVE,
        known ? serves ? "L7OK" : "L4CON" : null,
        row.tags(),
        known ? row.weight() : null,
        known ? new Status.SessionCounts(12, serves ? 1 : 0, 340L) : Status.SessionCounts.UNKNOWN,
        known ? Integer.valueOf(serves ? 5 + number % 4 : 0) : null,
        known ? row.errors() : null,
        row.reason(),
        known ? row.counters() : null,
        null);
  }

  private static Status forty() {
    var rows = new ArrayList<Status.MemberRow>();
    for (int i = 1; i <= 40; i++) {
      MemberState state =
          i == 17 ? MemberState.DOWN : i == 33 ? MemberState.FAILED : MemberState.SERVING;
      rows.add(real("web", i, state));
    }
    return status(rows.toArray(Status.MemberRow[]::new));
  }

  @Test
  void showsFortyMembersOnTwoScreensAndThoseInTroubleOnTheFirst() {
    SOURCE.status = forty();
    browser.open(address + "?sort=slot");
    assertTrue(bottom("web17") <= 900, "web17 ends at " + bottom("web17"));
    assertTrue(bottom("web33") <= 900, "web33 ends at " + bottom("web33"));
    assertTrue(bottom("web40") <= 1800, "web40 ends at " + bottom("web40"));
    assertEquals(0, green(), "only members that serve are green");
    assertEquals(List.of(), browser.axe());
    browser.picture("forty");
    browser.scheme("dark");
    assertEquals(List.of(), browser.axe());
    // longer than the page waits for news of a sidecar, of a status that never changes
    await()
        .during(Duration.ofSeconds(16))
        .atMost(Duration.ofSeconds(25))
        .until(() -> !browser.find("#offline").isDisplayed());
    browser.find("#only0-attention").click();
    await().until(() -> number("document.querySelectorAll('.pool tbody tr').length") == 2);
    assertEquals(List.of(), browser.axe());
  }

  @Test
  void replacesNothingWhileAButtonIsPressedSoThatNoClickIsLost() {
    SOURCE.status = status(row("s1", MemberState.SERVING), row("s2", MemberState.SERVING));
    browser.open(address);
    var _ =
        browser.run(
            "window.arrived = 0;"
                + " const other = new EventSource(document.body.getAttribute('sse-connect'));"
                + " other.addEventListener('page', event => { if (event.data) arrived++; });"
                + " other.onopen = () => { window.opened = 1; };");
    await().until(() -> number("window.opened || 0") == 1);
    new Actions(browser.driver()).clickAndHold(browser.find("td.do button")).perform();
    change(1, row("s1", MemberState.SERVING), row("s2", MemberState.DOWN));
    // once another stream has the second change, the page has the first
    change(2, row("s1", MemberState.SUSPECT), row("s2", MemberState.DOWN));
    assertFalse(browser.find(".pool").getText().contains("down"));
    new Actions(browser.driver()).release().perform();
    await().until(() -> browser.find("dialog").isDisplayed());
    await().until(() -> browser.find(".pool").getText().contains("suspect"));
  }

  private static void change(int arrived, Status.MemberRow... rows) {
    SOURCE.status = status(rows);
    var _ =
        loop.call(() -> {
          server.changed();
          return "";
        });
    await().until(() -> number("window.arrived") == arrived);
  }

  @Test
  void foldsFortyMembersOnANarrowScreen() {
    SOURCE.status = forty();
    browser.size(360, 740);
    browser.open(address);
    assertTrue(number("document.documentElement.scrollWidth") <= 360);
    long height = number("document.documentElement.scrollHeight");
    assertTrue(height <= 2800, "the page is " + height + " px high");
    browser.find("a[data-details]").click();
    await().until(() -> browser.text().contains("2xx: 300"));
    assertTrue(number("document.documentElement.scrollWidth") <= 360);
    assertEquals(List.of(), browser.axe());
    browser.picture("forty-narrow");
  }

  @Test
  void showsADeadMemberInAmberWithItsNextStep() {
    SOURCE.status = status(real("s", 1, MemberState.SERVING), real("s", 2, MemberState.FAILED));
    browser.open(address);
    assertEquals(
        AMBER,
        browser.find(".headline").getCssValue("color").replaceAll("rgba\\((.*), 1\\)", "rgb($1)"));
    assertTrue(browser.find("h1").getText().contains("warning: nodes: 1 of 2 up, s2 failed ("));
    assertTrue(browser.find("#problems").getText().contains("ssh 192.0.2.12 systemctl --failed"));
    browser.find("#problems button[data-copy]").click();
    await().until(() -> browser.find("#problems button").getText().equals("Copied"));
    assertEquals(0, green());
    browser.picture("failed");
    browser.find("#problems a").click();
    assertTrue(browser.driver().getCurrentUrl().endsWith("/docs/troubleshooting#member-failed"));
    assertEquals(List.of(), browser.axe());
  }

  @Test
  void showsNothingGreenWhileHaproxyIsUnreachable() {
    Status now =
        status(
            BalancerState.DEGRADED,
            List.of("HAProxy: admin socket /run/haproxy/admin.sock: connection refused"),
            new Status.PoolStatus(
                "nodes",
                false,
                new Status.SlotCounts(null, null, 40),
                new Status.DriftCount(0, 0),
                IntStream.rangeClosed(1, 40)
                    .mapToObj(i -> real("web", i, MemberState.UNKNOWN))
                    .toList()));
    SOURCE.status =
        Samples.with(
            now,
            now.serf(),
            new Status.HaproxyStatus(false, null, null, null, null, null, 0, NOW.minusSeconds(60)));
    browser.open(address);
    assertEquals(0, green() + greenRows());
    assertTrue(browser.find("h1").getText().contains("critical: nodes: status unknown"));
    assertEquals(List.of(), browser.axe());
    browser.picture("haproxy-dead");
  }

  /** Parts outside of the rows that are shown in the colour of what is good. */
  private static long green() {
    return number(
        "[...document.querySelectorAll('body *')].filter(e => !e.closest('.pool')"
            + " && e.innerText && getComputedStyle(e).color === '"
            + GREEN
            + "').length");
  }

  private static long greenRows() {
    return number(
        "[...document.querySelectorAll('.pool *')].filter(e => e.innerText"
            + " && getComputedStyle(e).color === '"
            + GREEN
            + "').length");
  }

  @Test
  void opensTheDetailsByKeyboard() {
    SOURCE.status = status(row("s1", MemberState.SERVING), row("s2", MemberState.DOWN));
    browser.open(address);
    browser.find("a[data-details]").sendKeys(Keys.ENTER);
    await().until(() -> browser.text().contains("queue 1 ms, connect 2 ms, response 15 ms"));
    assertEquals("true", browser.find("a[data-details]").getDomAttribute("aria-expanded"));
    assertEquals(List.of(), browser.axe());
    browser.picture("details");
    browser.find("a[data-details]").sendKeys(Keys.ENTER);
    await().until(() -> !browser.text().contains("queue 1 ms"));
    assertFalse(browser.driver().getCurrentUrl().contains("/page/member"));
  }

  @Test
  void drawsTheLastHourAndTheLastDayAndGivesTheNumbers() {
    SOURCE.status = status(real("s", 1, MemberState.SERVING), real("s", 2, MemberState.SERVING));
    for (int i = 0; i < 3600; i += 10) {
      int requests = (int) (60 + 40 * Math.sin(i / 300.0));
      SOURCE.history.add(
          "nodes",
          List.of(
              new TrafficHistory.MemberSample("s1", requests, i % 900 == 0 ? 3 : 0, true),
              new TrafficHistory.MemberSample("s2", requests / 2, 0, i < 1500 || i > 2100)),
          NOW.minusSeconds(3600 - i));
    }
    SOURCE.history.mark(
        List.of(
            new Status.EventRecord(
                1, NOW.minusSeconds(2100), "draining", "s2", "nodes", "slot2", "", null),
            new Status.EventRecord(
                2, NOW.minusSeconds(1500), "restarted", "s2", "nodes", "slot2", "", null),
            new Status.EventRecord(
                3, NOW.minusSeconds(900), "haproxy", null, null, null, "", null)),
        NOW);
    browser.open(address);
    var _ = browser.run("document.getElementById('charts').scrollIntoView()");
    await().until(() -> number("document.querySelectorAll('#charts canvas').length") == 1);
    String text = browser.find("#charts figcaption").getText();
    assertTrue(
        text.contains("errors, 1 to 2 members up; drains: 1, restarts: 1, restarts of HAProxy: 1"),
        text);
    assertEquals(List.of(), browser.axe());
    browser.picture("charts");
    browser.find(".range-day").click();
    await().until(() -> browser.find("#charts figcaption").getText().startsWith("Last day"));
    browser.open(address + "page/member?pool=nodes&name=s2");
    assertTrue(number("document.querySelectorAll('.hour .out').length") >= 9);
    assertEquals(List.of(), browser.axe());
    browser.picture("member");
  }

  @Test
  void showsTheLoginAsAPage() {
    browser.size(360, 740);
    browser.open(address + "login");
    assertTrue(number("document.documentElement.scrollWidth") <= 360);
    assertEquals("Log in", browser.find("h1").getText());
    assertEquals(List.of(), browser.axe());
    browser.picture("login");
  }

  @Test
  void showsAnIncidentOnOneScreenWithALink() {
    var events = new ArrayList<Status.EventRecord>();
    String[] kinds = {
      "operator", "down", "pool-down", "mail", "suspect", "failed", "up", "pool-up"
    };
    for (int i = 0; i < kinds.length; i++) {
      String text = kinds[i].equals("operator") ? "drained by alice via API" : "check L4CON";
      String member = kinds[i].equals("operator") ? "s1" : "s2";
      events.add(
          new Status.EventRecord(
              50 + i, NOW.minusSeconds(90 - i * 5L), kinds[i], member, "nodes", null, text, null));
    }
    SOURCE.status = status(events, row("s1", MemberState.SERVING), row("s2", MemberState.DOWN));
    browser.open(address);
    browser.find("#timeline .incidents a").click();
    assertTrue(browser.driver().getCurrentUrl().endsWith("/page/incident?id=51"));
    assertTrue(number("document.documentElement.scrollHeight") <= 900);
    assertTrue(browser.text().contains("nodes without any member up for 25 s"), browser.text());
    assertTrue(browser.text().contains("\n1 min ago"), browser.text());
    browser.find("button.utc").click();
    assertTrue(browser.find("time[data-at]").getText().endsWith("UTC"));
    assertEquals(List.of(), browser.axe());
    browser.picture("incident");
    browser.find("button[data-copy]").click();
    await().until(() -> browser.find("button[data-copy]").getText().equals("Copied"));
    browser.size(360, 740);
    browser.open(address + "page/events");
    assertTrue(number("document.documentElement.scrollWidth") <= 360);
    assertEquals(List.of(), browser.axe());
    var _ = browser.run("localStorage.clear()");
  }
}
