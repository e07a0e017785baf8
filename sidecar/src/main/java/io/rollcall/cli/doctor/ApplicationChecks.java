package io.rollcall.cli.doctor;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Readiness;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** What only an application shows: what its health path answers, and which cookie it sets. */
final class ApplicationChecks {
  private static final int ANSWER_MS = 2000;

  private final ConfigSection backend;
  private final PoolPolicy pool;
  private final DiagnosisCollector report;

  ApplicationChecks(ConfigSection backend, PoolPolicy pool, DiagnosisCollector report) {
    this.backend = backend;
    this.pool = pool;
    this.report = report;
  }

  /**
   * Sends one request to one member, as HAProxy's check does, and one more to / for its session
   * cookie if that is tracked; in mode tcp, or with ssl, it only connects.
   */
  void examine(Member member) {
    String tag = pool.hasAmbiguousPort(member) ? "" : member.tag(pool.options().portTag());
    int port = tag.matches("\\d{1,5}") ? Integer.parseInt(tag) : pool.port();
    String about = "member " + Sanitizer.line(member.name(), 100);
    String at = Endpoint.text(member.ip()) + ":" + port;
    String host = Endpoint.text(member.ip());
    if (!isHttp() || PoolChecks.isEncrypted(backend)) {
      connect(about, member, port, at);
      return;
    }
    String path = path();
    try {
      String url = "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port);
      HttpURLConnection health = get(url + path);
      answered(about, at + path, health.getResponseCode());
      List<String> set = cookies(health);
      if (set.isEmpty() && !StickinessChecks.tracked(backend).isEmpty() && !path.equals("/")) {
        set = cookies(get(url + "/"));
      }
      compare(about, set);
      readiness(about, url, path);
    } catch (IOException | IllegalArgumentException e) {
      unreachable(about, at, String.valueOf(e.getMessage()));
    }
  }

  /** Another answer than 200 to 299 says nothing about readiness. */
  private void readiness(String about, String url, String checked) throws IOException {
    Readiness how = pool.readiness();
    boolean asked =
        how.kind() == Readiness.Kind.HTTP && how.host().isEmpty() && !how.path().equals(checked);
    int status = asked ? get(url + how.path()).getResponseCode() : 200;
    if (status < 200 || status > 299) {
      report.warn(
          about,
          "GET %s%s answers %d: pools[].readiness never sees it ready, HAProxy's check decides"
              .formatted(url.replace("http://", ""), how.path(), status),
          Cure.setting(
              "pools:\n  - backend: %s\n    readiness: %s".formatted(pool.backend(), checked)));
    }
  }

  private static HttpURLConnection get(String url) throws IOException {
    var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setConnectTimeout(ANSWER_MS);
    connection.setReadTimeout(ANSWER_MS);
    connection.setInstanceFollowRedirects(false);
    connection.getResponseCode();
    return connection;
  }

  /** The names of the cookies that an answer sets. */
  private static List<String> cookies(HttpURLConnection answer) {
    return answer.getHeaderFields().entrySet().stream()
        .filter(header -> "set-cookie".equalsIgnoreCase(header.getKey()))
        .flatMap(header -> header.getValue().stream())
        .map(cookie -> cookie.split("=", 2)[0])
        .toList();
  }

  private void connect(String about, Member member, int port, String at) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(member.ip(), port), ANSWER_MS);
      report.ok(about, at + " accepts connections (one was made)");
    } catch (IOException e) {
      unreachable(about, at, String.valueOf(e.getMessage()));
    }
  }

  private void unreachable(String about, String at, String reason) {
    report.fail(
        about,
        "%s: %s; it would stay joining".formatted(at, Sanitizer.line(reason, 100)),
        Cure.follow(
            "start the application there, or set its port: the member's tag port, else"
                + " pools[].port"));
  }

  private void answered(String about, String url, int status) {
    if (status >= 200 && status < 400) {
      report.ok(
          about,
          "GET %s answers %d (sent once; where sessions are tracked, GET / too)"
              .formatted(url, status));
    } else {
      report.fail(
          about,
          "GET %s answers %d: HAProxy's check fails, it would stay joining".formatted(url, status),
          healthPath());
    }
  }

  private Cure healthPath() {
    return Cure.follow(
        "set the path in \"%s\" (option httpchk, http-check send) to one that answers 200"
            .formatted(backend.title()));
  }

  private void compare(String about, List<String> set) {
    String tracked = StickinessChecks.tracked(backend);
    if (set.isEmpty() || tracked.isEmpty() || set.contains(tracked)) {
      return;
    }
    Stream.of("store-response", "store-request", "on")
        .flatMap(rule -> backend.lines("stick", rule).stream())
        .filter(line -> line.rest(0).contains("(" + tracked + ")"))
        .forEach(line ->
            report.warn(
                about,
                "sets the cookie %s, but sessions are tracked by %s"
                    .formatted(set.getFirst(), tracked),
                Cure.replace(
                    line.number(),
                    line.rest(0).replace("(" + tracked + ")", "(" + set.getFirst() + ")"))));
  }

  private boolean isHttp() {
    return !backend.value("mode").equals("tcp");
  }

  /** The path that HAProxy's check asks for. */
  private String path() {
    for (ConfigLine line : backend.lines("http-check", "send")) {
      if (!line.after("uri").isEmpty()) {
        return line.after("uri");
      }
    }
    for (ConfigLine line : backend.lines("option", "httpchk")) {
      String path = line.word(3).isEmpty() ? line.word(2) : line.word(3);
      if (path.startsWith("/")) {
        return path;
      }
    }
    return "/";
  }
}
