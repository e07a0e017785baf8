package io.rollcall.cli.doctor;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.core.model.Readiness;
import io.rollcall.haproxy.config.ConfigLine;
import io.rollcall.haproxy.config.ConfigSection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What only an application shows: what its health path answers, and which cookie it sets. */
final class ApplicationChecks {
  private static final int ANSWER_MS = 2000;
  private static final Pattern HOST = Pattern.compile("(?i)Host:\\s*([\\w.:-]+)");

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
    String about = "member " + Sanitizer.line(member.name(), 100);
    Endpoint at = endpoint(pool, member);
    if (!isHttp() || PoolChecks.isEncrypted(backend)) {
      connect(about, at);
      return;
    }
    String path = path();
    var request = new PlainRequest(at, host());
    try {
      PlainRequest.AnswerHead health = request.get(path);
      answered(about, at + path, health.status());
      List<String> set = health.cookies();
      if (set.isEmpty() && !StickinessChecks.tracked(backend).isEmpty() && !path.equals("/")) {
        set = request.get("/").cookies();
      }
      compare(about, set);
      readiness(about, request, path);
    } catch (IOException e) {
      unreachable(about, at, String.valueOf(e.getMessage()));
    }
  }

  /** By its address and tag; a tag that is no port is another finding. */
  static Endpoint endpoint(PoolPolicy pool, Member member) {
    String tag = pool.hasAmbiguousPort(member) ? "" : member.tag(pool.options().portTag());
    int port = tag.matches("\\d{1,5}") ? Integer.parseInt(tag) : 0;
    return new Endpoint(member.ip(), port >= 1 && port <= 65_535 ? port : pool.port());
  }

  /** As the sidecar asks; another answer than 200 to 299 says nothing about readiness. */
  private void readiness(String about, PlainRequest check, String checked) throws IOException {
    Readiness how = pool.readiness();
    var request = new PlainRequest(check.at(), how.host());
    boolean asked =
        how.kind() == Readiness.Kind.HTTP && !(how.path().equals(checked) && request.equals(check));
    int status = asked ? request.get(how.path()).status() : 200;
    if (status < 200 || status > 299) {
      report.warn(
          about,
          "GET %s%s answers %d: pools[].readiness never sees it ready, HAProxy's check decides"
              .formatted(request.at(), how.path(), status),
          Cure.setting(
              "pools:\n  - backend: %s\n    readiness: %s".formatted(pool.backend(), checked)));
    }
  }

  private void connect(String about, Endpoint at) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(at.ip(), at.port()), ANSWER_MS);
      report.ok(about, at + " accepts connections (one was made)");
    } catch (IOException e) {
      unreachable(about, at, String.valueOf(e.getMessage()));
    }
  }

  private void unreachable(String about, Endpoint at, String reason) {
    report.fail(
        about,
        "%s: %s; it would stay joining".formatted(at, Sanitizer.line(reason, 100)),
        Cure.follow(
            "start the application there, or set its port: the member's tag port, else"
                + " pools[].port"));
  }

  private void answered(String about, String url, int status) {
    ConfigLine expected = expected();
    if (isExpected(expected, status)) {
      report.ok(
          about,
          "GET %s answers %d (sent once; where sessions are tracked, GET / too)"
              .formatted(url, status));
    } else if (expected != null && status >= 200 && status < 400) {
      report.fail(
          about,
          "GET %s answers %d, but HAProxy's check expects %s: it would stay joining"
              .formatted(url, status, expected.rest(2)),
          Cure.replace(expected.number(), "http-check expect status 200-399"));
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

  /** The line of the configuration that says which status the check expects; null for none. */
  private @Nullable ConfigLine expected() {
    return backend.lines("http-check", "expect").stream().findFirst().orElse(null);
  }

  /** Without a rule HAProxy expects 200 to 399; of a rule only a list of statuses is examined. */
  private static boolean isExpected(@Nullable ConfigLine rule, int status) {
    if (rule == null) {
      return status >= 200 && status < 400;
    }
    String list = rule.after("status");
    if (rule.has("!", 2) || !list.matches("[\\d,-]+")) {
      return true;
    }
    for (String part : list.split(",", -1)) {
      String[] range = part.split("-", 2);
      if (range[0].matches("\\d{3}")
          && range[range.length - 1].matches("\\d{3}")
          && status >= Integer.parseInt(range[0])
          && status <= Integer.parseInt(range[range.length - 1])) {
        return true;
      }
    }
    return false;
  }

  /** The header {@code Host} of HAProxy's check; empty for none. */
  private String host() {
    for (ConfigLine line : backend.lines("http-check", "send")) {
      int at = line.words().indexOf("Host");
      if (at > 0 && line.word(at - 1).equals("hdr")) {
        return line.word(at + 1);
      }
    }
    for (ConfigLine line : backend.lines("option", "httpchk")) {
      Matcher host = HOST.matcher(line.rest(2));
      if (host.find()) {
        return host.group(1);
      }
    }
    return "";
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
