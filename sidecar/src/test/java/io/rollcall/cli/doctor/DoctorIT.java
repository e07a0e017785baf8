package io.rollcall.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.RealHaproxy;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the doctor says of a right installation, and of one with a mistake: it names the mistake,
 * and following its cure makes the finding go away. Against the installed HAProxy and Serf.
 */
@Tag("image")
class DoctorIT {
  @TempDir static Path folder;
  private static Installation installation;

  @BeforeAll
  static void install() throws Exception {
    installation = new Installation(folder);
  }

  @BeforeEach
  void makeRight() throws Exception {
    installation.makeRight();
  }

  @AfterAll
  static void close() {
    installation.close();
  }

  private static List<Diagnosis> bad(List<Diagnosis> found) {
    return found.stream().filter(each -> each.level() != Diagnosis.Level.OK).toList();
  }

  @Test
  void findsNothingInARightInstallation() {
    List<Diagnosis> found = installation.examine();
    assertEquals(List.of(), bad(found));
    assertTrue(found.size() > 15, found::toString);
  }

  /** Does something to the installation. */
  interface Act {
    void to(Installation installation) throws Exception;
  }

  /**
   * One mistake.
   *
   * @param make makes it
   * @param text part of what the doctor says
   * @param fix follows a cure in words, or one that concerns the machine's own services; null where
   *     the text of the cure is followed as it is
   */
  record Mistake(String name, Act make, String text, @Nullable Act fix) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Mistake config(String name, String right, String wrong, String text) {
    return new Mistake(name, to -> to.config(right, wrong), text, null);
  }

  private static Mistake settings(String name, String right, String wrong, String text) {
    return new Mistake(name, to -> to.settings(right, wrong), text, null);
  }

  private static Mistake tag(String name, String tag, String wrong, String right, String text) {
    return new Mistake(name, to -> to.tagMember(tag, wrong), text, to -> to.tagMember(tag, right));
  }

  /** Until 3.3 HAProxy keeps such connections over a change of the address. */
  static Stream<Mistake> inTheConfigurationOfOldVersions() {
    return RealHaproxy.version() >= 303
        ? Stream.of()
        : Stream.of(
            config(
                "private connections",
                "balance leastconn",
                "balance leastconn\n    http-reuse never",
                "false with http-reuse never"));
  }

  /** From 3.3 on a frontend and a backend cannot have one name. */
  private static boolean refusesOneNameTwice() {
    return RealHaproxy.version() >= 303;
  }

  static Stream<Mistake> inTheConfiguration() {
    return Stream.of(
        config("no check", "check inter 200ms", "inter 200ms", "no check on slot1 to slot4"),
        config("static balance", "balance leastconn", "balance static-rr", "static-rr is static"),
        config("hash", "balance leastconn", "balance source", "source is static"),
        config("backup", "slot.invalid:1 ", "slot.invalid:1 backup ", "are backup servers"),
        config("weight 0", "slot.invalid:1 ", "slot.invalid:1 weight 0 ", "weight 0 on slot1"),
        config("open slots", "192.0.2.1 disabled", "192.0.2.1", "free and enabled"),
        config("init-addr", "init-addr last,192.0.2.1", "init-addr 192.0.2.1", "init-addr last"),
        config(
            "no slots",
            "server-template slot 1-4 slot.invalid:1",
            "server web9 192.0.2.1:1",
            "no free slots"),
        config("no servers", "    server-template slot", "    #", "no free slots"),
        config(
            "track",
            "slot.invalid:1 init-addr last,192.0.2.1 disabled",
            "slot.invalid:1 no-check track watch/w init-addr last,192.0.2.1 disabled\nbackend watch\n    server w 127.0.0.1:1 check",
            "its slots track watch/w"),
        config("no state file", "    server-state-file", "    #", "no server-state-file in global"),
        config(
            "other state file",
            "proxy/server-state\n\ndefaults",
            "proxy/elsewhere\n\ndefaults",
            "but HAProxy reads"),
        config(
            "state file not loaded",
            "load-server-state-from-file global",
            "",
            "no load-server-state"),
        new Mistake(
            "same name",
            to -> to.config("frontend www", "frontend app"),
            refusesOneNameTwice() ? "HAProxy rejects it" : "a frontend has the same name",
            to -> to.config("frontend app", "frontend www")),
        config("no port", "slot.invalid:1 ", "slot.invalid ", "its slots have no port"),
        config("disabled backend", "balance leastconn", "disabled", "disabled in haproxy.cfg"),
        config(
            "one connection",
            "hard-stop-after 1h",
            "hard-stop-after 1h\n    stats maxconn 1",
            "the only connection to the admin socket"),
        config("level", "level admin", "level operator", "level operator, expected admin"),
        config(
            "mode of the socket",
            "mode 660 level admin",
            "mode 600 level admin",
            "permission denied"),
        config("static cookie", "httponly dynamic", "httponly", "is not dynamic"),
        config(
            "no cookie key",
            "dynamic-cookie-key \"${COOKIE_KEY-0123456789abcdef}\"",
            "",
            "no dynamic-cookie-key"),
        config("short key", "0123456789abcdef}", "key}", "dynamic-cookie-key is short"),
        config("no srvkey", " srvkey addr", "", "lacks srvkey addr"),
        config(
            "no table", "    stick", "    #stick", "no stick-table: a drain cannot see sessions"),
        config("nothing stored", "stick store-", "#stick store-", "nothing is stored"),
        config(
            "table of another proxy",
            "init-addr last,192.0.2.1 disabled",
            "init-addr last,192.0.2.1 disabled\n    stick on req.cook(SID) table sessions"
                + "\nbackend sessions\n    stick-table type string len 40 size 1k",
            "stored in the stick-table of sessions, which is not read"),
        config("no hard stop", "hard-stop-after 1h", "", "no hard-stop-after"),
        config("few connections", "maxconn 4096", "maxconn 100", "accepts 100 connections"),
        config("no redispatch", "option redispatch 1", "", "no option redispatch"),
        config("no retries", "retries 3", "retries 0", "retries 0"),
        config(
            "placeholders by address",
            "slot.invalid:1 init-addr last,192.0.2.1",
            "192.0.2.1:1",
            "no free slots"),
        config("cookie of another", "NODESESSID", "SID", "sets the cookie NODESESSID"));
  }

  static Stream<Mistake> inTheSettings() {
    return Stream.of(
        pool("slots", "slots: web-[0-9]+", "no server has a name as in pools[].slots"),
        pool("readiness", "readiness: /missing", "never sees it ready"),
        pool("port tag", "portTag: http-port", "no member has the tag http-port"),
        new Mistake(
            "readiness by HTTP within TLS",
            to -> {
              to.config("check inter 200ms", "check inter 200ms ssl verify none");
              to.settings("port: 8000", "port: 8000\n    readiness: /health");
            },
            "/health is never asked: ssl servers",
            null),
        settings(
            "file of another HAProxy",
            "  socket:",
            "  config: /nowhere/haproxy.cfg\n  socket:",
            "but HAProxy's configuration is"),
        settings("short token", "token: 0123456789abcdef", "token: abc", "3 characters"),
        new Mistake(
            "short token of a person",
            to ->
                to.settings(
                    "serf:",
                    "  tokens:\n    - {name: ops, role: operator, tokenFile: %s}\nserf:"
                        .formatted(to.secret("short"))),
            "http.tokens ops: 5 characters",
            null),
        new Mistake(
            "key that strangers can read",
            to -> {
              to.settings(
                  "pools:", "announce: {key: %s}\npools:".formatted(to.secret("0".repeat(32))));
              to.run("chmod 644 " + to.secretFile());
            },
            "every user of this machine can read it",
            null),
        new Mistake(
            "short key",
            to ->
                to.settings("pools:", "announce: {key: %s}\npools:".formatted(to.secret("short"))),
            "announce.key: 5 characters",
            null),
        new Mistake(
            "alert channel",
            to ->
                to.settings(
                    "pools:",
                    """
                    alerts:
                      channels:
                        - {name: ops, type: slack, url: "http://127.0.0.1:1/hook"}
                    pools:\
                    """),
            "alerts.channels ops: 127.0.0.1:1",
            to -> to.settings("127.0.0.1:1/hook", "127.0.0.1:%d/hook".formatted(to.app.port()))),
        new Mistake(
            "mail server",
            to ->
                to.settings(
                    "pools:",
                    "mail: {host: 127.0.0.1, port: 1, from: a@example.org, to: b@example.org}\npools:"),
            "mail: 127.0.0.1:1",
            to -> to.settings("port: 1,", "port: %d,".formatted(to.app.port()))));
  }

  /** Mistakes around the pool: the way of a request, the check, files that nobody read again. */
  static Stream<Mistake> around() {
    return Stream.of(
        config(
            "check rules without a check by HTTP",
            "option httpchk GET /health",
            "http-check send meth GET uri /health",
            "http-check without option httpchk"),
        config(
            "slow check",
            "default-server check inter 200ms",
            "default-server check inter 30s rise 3",
            "its check takes 90 s to find a server up (inter x rise), joinTimeout is 60 s"),
        config(
            "expected status",
            "option httpchk GET /health",
            "option httpchk GET /health\n    http-check expect status 204",
            "answers 200, but HAProxy's check expects status 204"),
        new Mistake(
            "state file of another kind",
            to ->
                to.config(
                    "load-server-state-from-file global", "load-server-state-from-file local"),
            "but HAProxy reads app",
            to ->
                to.config(
                    "load-server-state-from-file local", "load-server-state-from-file global")),
        config(
            "redispatch taken back",
            "balance leastconn",
            "balance leastconn\n    no option redispatch",
            "no option redispatch"),
        config(
            "retries of the backend",
            "balance leastconn",
            "balance leastconn\n    retries 0",
            "retries 0"),
        config("unused backend", "    default_backend app", "", "no frontend uses it"),
        config("no timeout", "timeout connect 1s", "", "no timeout connect"),
        config("no timeout of a server", "timeout server 30s", "", "no timeout server"),
        config(
            "resolvers",
            "init-addr last,192.0.2.1 disabled",
            "init-addr last,192.0.2.1 resolvers dns disabled\nresolvers dns\n    nameserver a 127.0.0.1:1",
            "its slots have resolvers"),
        new Mistake(
            "a file that HAProxy did not read again",
            to -> to.run("touch -d '+1 hour' " + to.config()),
            "changed after HAProxy read it",
            to -> to.run("touch " + to.config())),
        pool("observe", "observe: true", "true: Rollcall shows what it would do"),
        new Mistake(
            "addresses",
            to -> to.settings("port: 8000", "port: 8000\n    allow: 192.0.2.0/24"),
            "refuses web1",
            to -> to.settings("192.0.2.0/24", "127.0.0.0/8")),
        new Mistake(
            "deleted FIFO",
            Installation::recreatePipeWhileItIsOpen,
            "still has a deleted FIFO of this name open",
            Installation::closePipe),
        new Mistake(
            "role in no pool",
            to -> to.settings("role: web", "role: webs"),
            "no member has role=webs",
            to -> to.settings("role: webs", "role: web")));
  }

  @Test
  void asksForTheHostOfHaproxysCheck() throws Exception {
    installation.config(
        "option httpchk GET /health",
        "option httpchk\n    http-check send meth GET uri /health ver HTTP/1.1 hdr Host app.example.org");
    installation.app.onlyFor("app.example.org");
    try {
      assertEquals(List.of(), bad(installation.examine()));
    } finally {
      installation.app.onlyFor("");
    }
  }

  /** A line more in the settings of the pool. */
  private static Mistake pool(String name, String wrong, String text) {
    return settings(name, "port: 8000", "port: 8000\n    " + wrong, text);
  }

  static Stream<Mistake> elsewhere() {
    return Stream.of(
        new Mistake(
            "unknown key",
            to -> to.settings("host: 127.0.0.1", "hots: 127.0.0.1"),
            "unknown key",
            to -> to.settings("hots: 127.0.0.1", "host: 127.0.0.1")),
        settings("another backend", "backend: app", "backend: apps", "has no such backend"),
        settings("match", "role: web", "role: backend", "no member has role=backend; seen: [port="),
        settings("path of the socket", "admin.sock", "other.sock", "other.sock: no such file"),
        settings("no token", "token: 0123456789abcdef", "token: ''", "every action is refused"),
        new Mistake(
            "RPC key",
            to -> to.environment.put("SIDECAR_SERF_AUTHKEY", "wrong"),
            "Invalid authentication token",
            to -> to.environment.put("SIDECAR_SERF_AUTHKEY", Installation.KEY)),
        new Mistake(
            "no RPC key",
            to -> to.environment.remove("SIDECAR_SERF_AUTHKEY"),
            "Authentication required",
            to -> to.environment.put("SIDECAR_SERF_AUTHKEY", Installation.KEY)),
        new Mistake(
            "agent without a key",
            to -> {
              to.environment.remove("SIDECAR_SERF_AUTHKEY");
              to.environment.put("SIDECAR_SERF_RPC", to.openRpc());
            },
            "no key: every process",
            to -> {
              to.environment.put("SIDECAR_SERF_AUTHKEY", Installation.KEY);
              to.environment.remove("SIDECAR_SERF_RPC");
            }),
        new Mistake(
            "key for an agent without one",
            to -> to.environment.put("SIDECAR_SERF_RPC", to.openRpc()),
            "the agent has no rpc_auth, but serf.authKey is set",
            to -> to.environment.remove("SIDECAR_SERF_RPC")),
        new Mistake(
            "RPC address",
            to -> to.environment.put("SIDECAR_SERF_RPC", "127.0.0.1:1"),
            "no agent answers",
            to -> to.environment.remove("SIDECAR_SERF_RPC")),
        new Mistake(
            "syntax",
            to -> to.config("mode http", "mode htttp"),
            "HAProxy rejects it",
            to -> to.config("mode htttp", "mode http")),
        new Mistake(
            "cookie key in the environment of another service",
            to -> to.config("${COOKIE_KEY-0123456789abcdef}", "${COOKIE_KEY}"),
            "HAProxy rejects it",
            to -> to.environment.put("COOKIE_KEY", "0123456789abcdef")),
        new Mistake("no FIFO", to -> to.run("rm " + to.pipe()), "serf.pipe: no such file", null),
        new Mistake(
            "a file for a FIFO",
            to -> to.run("rm %1$s && touch %1$s".formatted(to.pipe())),
            "is not a FIFO",
            null),
        new Mistake(
            "rights of the FIFO",
            to -> to.run("chmod 0 " + to.pipe()),
            "serf.pipe: permission denied",
            null),
        new Mistake(
            "rights of the state",
            to -> to.run("chmod 500 " + to.stateDir()),
            "cannot write there",
            null),
        new Mistake(
            "rights of the state file",
            to -> to.run("chmod 500 " + to.stateFile().getParent()),
            "cannot write there",
            null),
        new Mistake("port in use", Installation::takePort, "already in use", null),
        new Mistake(
            "role of the balancer",
            to -> {
              to.environment.remove("SIDECAR_SERF_AUTHKEY");
              to.environment.put(
                  "SIDECAR_SERF_AUTHKEY_FILE", to.secret(Installation.KEY).toString());
              to.agent.cli("tags", "-set", "role=lb");
            },
            "other balancers do not see it",
            null),
        tag("weight of a member", "weight", "300", "100", "expected a number from 0 to 256"),
        tag("limit of a member", "maxconn", "-1", "100", "expected a number from 0 to 1000000"),
        tag("state of a member", "state", "redy", "ready", "expected starting, ready or draining"),
        tag("port of a member", "port", "1", "", "it would stay joining"),
        tag("port that is none", "port", "70000", "", "expected a number from 1 to 65535"),
        new Mistake(
            "health", to -> to.app.healthy(false), "answers 503", to -> to.app.healthy(true)));
  }

  @Test
  void hasNothingAgainstAServerThatServesAMember() throws Exception {
    installation.config(
        "    server-template",
        "    server web1 127.0.0.1:%d check\n    server-template"
            .formatted(installation.app.port()));
    List<Diagnosis> found = installation.examine();
    assertEquals(List.of(), bad(found));
    assertTrue(
        found.stream()
            .anyMatch(each -> each.text().contains("web1 of haproxy.cfg serves the member web1")),
        found::toString);
  }

  @ParameterizedTest
  @MethodSource({
    "inTheConfiguration",
    "inTheConfigurationOfOldVersions",
    "inTheSettings",
    "elsewhere",
    "around"
  })
  void namesAMistakeWithACureThatHelps(Mistake mistake) throws Exception {
    mistake.make().to(installation);
    Diagnosis found =
        bad(installation.examine()).stream()
            .filter(each -> (each.about() + ": " + each.text()).contains(mistake.text()))
            .findFirst()
            .orElseThrow(() ->
                new AssertionError(mistake + " was not found: " + bad(installation.examine())));
    if (mistake.fix() == null) {
      // two lines may need a cure each
      for (int i = 0; i < 3 && found != null; i++) {
        assertNotNull(found.cure());
        installation.follow(found.cure());
        found = bad(installation.examine()).stream().findFirst().orElse(null);
      }
    } else {
      mistake.fix().to(installation);
    }
    assertEquals(List.of(), bad(installation.examine()));
  }
}
