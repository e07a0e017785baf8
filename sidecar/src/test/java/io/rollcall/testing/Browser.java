package io.rollcall.testing;

import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium, Debian's own. What it takes pictures of goes to {@code -Dscreenshots=DIR}.
 */
public final class Browser implements AutoCloseable {
  private final ChromeDriver driver;

  public Browser() {
    // of the protocol only what has no version is used
    Logger.getLogger("org.openqa.selenium.devtools").setLevel(Level.SEVERE);
    var options = new ChromeOptions();
    options.setBinary("/usr/bin/chromium");
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars");
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File("/usr/bin/chromedriver"))
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
    driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(20));
    size(1280, 900);
  }

  public ChromeDriver driver() {
    return driver;
  }

  public void open(String url) {
    driver.get(url);
  }

  /** The window's inside, in CSS pixels. */
  public void size(int width, int height) {
    var _ =
        driver.executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** {@code light} or {@code dark}. */
  public void scheme(String scheme) {
    var _ =
        driver.executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  public WebElement find(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  /** The text of all that is shown. */
  public String text() {
    return find("body").getText();
  }

  public Object run(String script) {
    return driver.executeScript(script);
  }

  /** What axe-core finds wrong, one line each. */
  public List<String> axe() {
    // a colour on its way from one scheme to another has no contrast worth the name
    await().until(() -> run("return document.getAnimations().length").equals(0L));
    return new AxeBuilder().analyze(driver).getViolations().stream().map(Browser::line).toList();
  }

  private static String line(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getHelp()
        + rule.getNodes().stream().map(node -> "\n  " + node.getHtml()).toList();
  }

  /** What the browser complained of: scripts that failed, what the page's policy forbids. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getMessage())
        .toList();
  }

  /** Keeps a picture, where somebody asked for it. */
  public void picture(String name) {
    String folder = System.getProperty("screenshots");
    if (folder != null) {
      try {
        Files.write(
            Files.createDirectories(Path.of(folder)).resolve(name + ".png"),
            driver.getScreenshotAs(OutputType.BYTES));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
