package io.rollcall.cli.doctor;

import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import io.rollcall.haproxy.config.PeerTables;
import io.rollcall.haproxy.config.ProxyConfig;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a backend keeps a client on its server, and whether Rollcall can count its sessions. */
final class StickinessChecks {
  private static final Pattern TRACKED = Pattern.compile("cook\\(([^)]+)\\)");

  private final String about;
  private final ConfigSection backend;
  private final DiagnosisCollector report;

  StickinessChecks(String about, ConfigSection backend, DiagnosisCollector report) {
    this.about = about;
    this.backend = backend;
    this.report = report;
  }

  /** Entries of other balancers have the numbers of their servers, and the addresses of all. */
  void sharing(ProxyConfig config) {
    if (!PeerTables.isShared(config, backend)) {
      return;
    }
    ConfigLine table = backend.lines("stick-table").getLast();
    if (table.after("srvkey").equals("addr")) {
      report.ok(about, "the stick-table is shared by peers: sessions are counted by address");
    } else {
      report.warn(
          about,
          "the stick-table is shared by peers and has no srvkey addr: sessions are counted by the"
              + " number of the server, which other balancers have for another member",
          Cure.replace(table.number(), table.without(1, "srvkey") + " srvkey addr"));
    }
  }

  void examine() {
    List<ConfigLine> cookies = backend.lines("cookie");
    boolean tracks = !backend.lines("stick-table").isEmpty();
    ConfigLine elsewhere = storedElsewhere();
    if (elsewhere != null) {
      elsewhere(elsewhere, tracks);
    }
    if (cookies.isEmpty() && !tracks && elsewhere == null) {
      report.ok(about, "no stickiness: a drain waits for requests only");
      return;
    }
    if (!cookies.isEmpty()) {
      cookie(cookies.getLast());
    }
    if (elsewhere == null) {
      table(!cookies.isEmpty());
    }
  }

  /** A rule that stores in the table of another proxy; null for none. */
  private @Nullable ConfigLine storedElsewhere() {
    return backend.lines("stick").stream()
        .filter(line -> !line.after("table").isEmpty())
        .filter(line -> !line.after("table").equals(backend.name()))
        .findFirst()
        .orElse(null);
  }

  /** First the backend gets a table, then each rule stores there. */
  private void elsewhere(ConfigLine rule, boolean tracks) {
    int table = rule.words().indexOf("table");
    var words = new ArrayList<>(rule.words());
    words.subList(table, table + 2).clear();
    report.warn(
        about,
        ("sessions are stored in the stick-table of %s, which is not read: a drain waits for none,"
                + " and the next member of a slot may get those of the last")
            .formatted(rule.after("table")),
        tracks
            ? Cure.replace(rule.number(), String.join(" ", words))
            : Cure.add(
                backend.title(),
                "stick-table type string len 40 size 100k expire 30m srvkey addr"));
  }

  /** The cookie whose sessions the table tracks; empty for none. */
  static String tracked(ConfigSection backend) {
    for (String rule : List.of("store-response", "store-request", "on", "match")) {
      for (ConfigLine line : backend.lines("stick", rule)) {
        Matcher cookie = TRACKED.matcher(line.rest(2));
        if (cookie.find()) {
          return cookie.group(1);
        }
      }
    }
    return "";
  }

  private void cookie(ConfigLine cookie) {
    if (!cookie.has("dynamic", 2)) {
      report.fail(
          about,
          "the cookie %s is not dynamic: the next member of a slot gets the sessions of the last"
              .formatted(cookie.word(1)),
          Cure.replace(cookie.number(), String.join(" ", cookie.words()) + " dynamic"));
    }
    String key = backend.value("dynamic-cookie-key");
    if (key.isEmpty()) {
      report.fail(
          about,
          "no dynamic-cookie-key, or one that is empty in HAProxy's environment",
          Cure.add(backend.title(), "dynamic-cookie-key " + randomKey()));
    } else if (key.length() < 8) {
      report.warn(
          about,
          "dynamic-cookie-key is short: clients could guess it and select their server",
          Cure.replace(
              backend.lines("dynamic-cookie-key").getLast().number(),
              "dynamic-cookie-key " + randomKey()));
    } else {
      report.ok(about, "dynamic cookie " + cookie.word(1));
    }
  }

  private void table(boolean cookie) {
    List<ConfigLine> tables = backend.lines("stick-table");
    if (tables.isEmpty()) {
      report.warn(
          about,
          "no stick-table: a drain cannot see sessions and waits for requests only",
          Cure.add(
              backend.title(),
              """
              stick-table type string len 40 size 100k expire 30m srvkey addr
              stick store-request req.cook(SESSION),sha1,hex
              stick store-response res.cook(SESSION),sha1,hex\
              """));
      return;
    }
    ConfigLine table = tables.getLast();
    if (!table.after("srvkey").equals("addr")) {
      report.warn(
          about,
          "the stick-table lacks srvkey addr: after a restart entries point at other members",
          Cure.replace(table.number(), String.join(" ", table.words()) + " srvkey addr"));
    }
    if (cookie && backend.lines("stick").isEmpty()) {
      report.warn(
          about,
          "nothing is stored in the stick-table: a drain sees no session",
          Cure.add(
              backend.title(),
              """
              stick store-request req.cook(SESSION),sha1,hex
              stick store-response res.cook(SESSION),sha1,hex\
              """));
    } else {
      report.ok(about, "tracks sessions by the cookie " + tracked(backend));
    }
  }

  static String randomKey() {
    byte[] key = new byte[24];
    new SecureRandom().nextBytes(key);
    return HexFormat.of().formatHex(key);
  }
}
