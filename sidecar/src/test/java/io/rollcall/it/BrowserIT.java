package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.Browser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;

/** The page in a real browser, over a real HAProxy and real Serf agents. */
final class BrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @TempDir static Path folder;
  private static Balancer balancer;
  private static Browser browser;
  private static int members;

  @BeforeAll
  static void start() throws Exception {
    balancer = new Balancer(folder);
    balancer.withoutPipe(); // no handler of these agents writes to it
    balancer.startAll();
    balancer.backend("s1", balancer.app("s1"));
    balancer.backend("s2", balancer.app("s2"));
    members = 2;
    await().atMost(PATIENCE).until(() -> balancer.state().equals("in-sync"));
    await().atMost(PATIENCE).until(() -> balancer.rows().size() == 2);
    browser = new Browser();
  }

  @AfterAll
  static void end() {
    browser.close();
    balancer.close();
  }

  @BeforeEach
  void open() {
    browser.size(1280, 900);
    browser.scheme("light");
    browser.open(balancer.url());
    var _ = browser.run("sessionStorage.clear()");
  }

  @AfterEach
  void complainsOfNothing() throws Exception {
    for (String name : List.of("s1", "s2")) {
      var _ = balancer.action("DELETE", "pools/nodes/members/" + name + "/intent", "");
      await()
          .atMost(PATIENCE)
          .until(() -> balancer.row(name).get("state").asText().equals("serving"));
    }
    assertEquals(
        List.of(),
        browser.complaints().stream().filter(line -> !line.contains("status of 401")).toList());
  }

  private static String row(String name) {
    try {
      return ((List<?>)
              Objects.requireNonNull(
                  browser.run(
                      "return [...document.querySelectorAll('tbody tr')]"
                          + ".map(row => row.innerText)")))
          .stream()
              .map(String::valueOf)
              .filter(text -> text.startsWith(name))
              .findFirst()
              .orElse("");
    } catch (StaleElementReferenceException _) {
      return "";
    }
  }

  private static void awaitRow(String name, String text) {
    await().atMost(PATIENCE).until(() -> row(name).contains(text));
  }

  private static void manage(String name) {
    await()
        .atMost(PATIENCE)
        .ignoreException(StaleElementReferenceException.class)
        .until(() -> {
          browser.find("button[aria-label='Manage " + name + "']").click();
          return true;
        });
  }

  private static String result() {
    return browser.find("#manage-result").getText();
  }

  @Test
  void saysHowThingsAreAndShowsAMemberThatComes() {
    assertTrue(browser.find("h1").getText().contains("nodes: "), browser::text);
    awaitRow("s1", "serving");
    String name = "s" + ++members;
    balancer.backend(name, balancer.app(name));
    awaitRow(name, "serving");
    await().atMost(PATIENCE).until(() -> browser.find("#timeline").getText().contains(name));
    await()
        .atMost(PATIENCE)
        .until(() -> browser.find("h1").getText().contains(members + " of " + members));
    browser.picture("page");
  }

  @Test
  void drainsByAButtonWithTheToken() {
    manage("s1");
    assertTrue(browser.find("dialog").isDisplayed());
    browser.find("#manage-reason").sendKeys("kernel update");
    browser.find("#manage-end").sendKeys("after 1 hour");
    browser.find("#manage-token").sendKeys("token");
    browser.picture("drain");
    browser.find("#manage-do").click();
    await().atMost(PATIENCE).until(() -> result().startsWith("Accepted"));
    assertEquals("token", browser.run("return sessionStorage.getItem('rollcall-token')"));
    assertNull(browser.run("return localStorage.getItem('rollcall-token')"));
    assertEquals("", browser.run("return document.cookie"));
    browser.find("#manage-close").click();
    awaitRow("s1", "Intent: drain");
    assertTrue(row("s1").matches("(?s).*\\(token.*, until .*kernel update\\).*"), row("s1"));
    awaitRow("s1", "parked");
    await()
        .atMost(PATIENCE)
        .until(() ->
            browser
                .find("#timeline")
                .getText()
                .contains("by token via API from 127.0.0.1: kernel update"));
    browser.picture("drained");
  }

  @Test
  void saysThatATokenIsWrongAndForgetsIt() {
    manage("s2");
    browser.find("#manage-token").sendKeys("wrong");
    browser.find("#manage-do").click();
    await().atMost(PATIENCE).until(() -> result().contains("token"));
    assertNull(browser.run("return sessionStorage.getItem('rollcall-token')"));
    assertEquals("bad", browser.find("#manage-result").getDomAttribute("class"));
  }

  @Test
  void setsAWeight() {
    manage("s2");
    WebElement weight = browser.find("#manage-weight");
    weight.clear();
    weight.sendKeys("42");
    browser.find("#manage-token").sendKeys("token");
    browser.find("#manage-do").click();
    await().atMost(PATIENCE).until(() -> result().startsWith("Accepted"));
    awaitRow("s2", "weight 42");
  }

  @Test
  void isDarkWhereTheSystemIs() {
    browser.scheme("dark");
    browser.open(balancer.url());
    assertEquals(
        "rgb(19, 22, 20)", browser.run("return getComputedStyle(document.body).backgroundColor"));
    browser.picture("dark");
    assertEquals(List.of(), browser.axe());
  }

  @Test
  void fitsANarrowScreen() {
    browser.size(360, 740);
    assertTrue(
        (Long) Objects.requireNonNull(browser.run("return document.documentElement.scrollWidth"))
            <= 360);
    assertTrue(row("s1").contains("serving"));
    assertEquals(List.of(), browser.axe());
    browser.picture("narrow");
  }

  @Test
  void isUsableByKeyboardAlone() {
    var keys = browser.driver().switchTo().activeElement();
    for (int i = 0; i < 60 && !"Manage s2".equals(keys.getDomAttribute("aria-label")); i++) {
      keys.sendKeys(Keys.TAB);
      keys = browser.driver().switchTo().activeElement();
    }
    assertEquals("Manage s2", keys.getDomAttribute("aria-label"));
    keys.sendKeys(Keys.ENTER);
    await().until(() -> browser.find("dialog").isDisplayed());
    browser.driver().switchTo().activeElement().sendKeys(Keys.ARROW_DOWN);
    browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
    for (int i = 0; i < 5 && !focused("manage-token"); i++) {
      browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
    }
    browser.driver().switchTo().activeElement().sendKeys("token", Keys.ENTER);
    await().atMost(PATIENCE).until(() -> result().startsWith("Accepted"));
    browser.driver().switchTo().activeElement().sendKeys(Keys.ESCAPE);
    await().until(() -> !browser.find("dialog").isDisplayed());
    awaitRow("s2", "maint");
    assertTrue(
        String.valueOf(browser.run("return document.activeElement.id")).startsWith("do-"),
        "the focus is back where it was");
  }

  private static boolean focused(String id) {
    return id.equals(browser.run("return document.activeElement.id"));
  }

  @Test
  void isAccessibleAsAxeSeesIt() {
    assertEquals(List.of(), browser.axe());
    manage("s1");
    assertEquals(List.of(), browser.axe());
  }

  @Test
  void findsAndSortsWithoutLeavingThePage() {
    browser.find("#q").sendKeys("s2");
    await().atMost(PATIENCE).until(() -> row("s1").isEmpty() && !row("s2").isEmpty());
    assertTrue(browser.driver().getCurrentUrl().contains("q=s2"));
    browser.find("#sort0-state").click();
    await().atMost(PATIENCE).until(() -> browser.driver().getCurrentUrl().contains("sort=state"));
    assertFalse(row("s2").isEmpty());
  }
}
