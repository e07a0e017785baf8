package io.rollcall.config;

import io.rollcall.config.Kind.HostPort;
import io.rollcall.config.Settings.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of all settings: name, kind with its bounds, default. The file, the environment and
 * every error are read from it; {@code conf/sidecar.yaml} is held to it by a test.
 */
final class Keys {
  private static final String VISIBLE = "[!-~]{1,1024}";
  private static final Kind<String> HOST =
      Kind.like("a host name or an IP address", "[A-Za-z0-9_.:%-]{1,253}");
  private static final Kind<Integer> PORT = Kind.whole(1, 65_535);

  static final Key<String> HTTP_HOST = Key.of("http.host", HOST, "0.0.0.0");
  static final Key<Integer> HTTP_PORT = Key.of("http.port", PORT, "9999");
  static final Key<String> HTTP_TOKEN =
      Key.secret(
          "http.token", Kind.like("1 to 1024 visible ASCII characters without a space", VISIBLE));

  static final Key<Path> SERF_PIPE = Key.of("serf.pipe", Kind.path(), "/run/rollcall/serf.pipe");
  static final Key<HostPort> SERF_RPC = Key.optional("serf.rpc", Kind.hostPort(), "127.0.0.1:7373");
  static final Key<String> SERF_AUTH_KEY =
      Key.secret("serf.authKey", Kind.like("1 to 1024 visible ASCII characters", "[ -~]{1,1024}"));
  static final Key<Duration> SERF_RESYNC = Key.of("serf.resync", Kind.duration("1s", "1h"), "30s");

  static final Key<Path> HAPROXY_SOCKET =
      Key.of("haproxy.socket", Kind.path(), "/run/haproxy/admin.sock");
  static final Key<Path> HAPROXY_STATE_FILE =
      Key.of("haproxy.stateFile", Kind.path(), "/var/lib/haproxy/server-state");
  static final Key<Duration> HAPROXY_RESYNC =
      Key.of("haproxy.resync", Kind.duration("1s", "1h"), "10s");
  // /healthz calls a loop dead that did not turn for 30 s.
  static final Key<Duration> HAPROXY_POLL =
      Key.of("haproxy.poll", Kind.duration("100ms", "20s"), "1s");

  static final Key<Path> STATE_DIR = Key.of("state.dir", Kind.path(), "/var/lib/rollcall");

  static final Key<String> BACKEND =
      Key.of(
          "pools[].backend",
          Kind.like(
              "the name of an HAProxy backend, of letters, digits, _ . : and -",
              "[A-Za-z0-9_.:-]{1,100}"),
          "nodes");
  static final Key<Map<String, String>> MATCH =
      Key.of("pools[].match", Kind.tags(), "role=backend");
  static final Key<Integer> POOL_PORT = Key.of("pools[].port", PORT, "3000");
  static final Key<Duration> DRAIN_TIMEOUT =
      Key.of("pools[].drainTimeout", Kind.duration("0s", "24h"), "30s");
  static final Key<Duration> SESSION_IDLE =
      Key.of("pools[].sessionIdle", Kind.duration("0s", "24h"), "5s");
  static final Key<Duration> SUSPECT_TIMEOUT =
      Key.of("pools[].suspectTimeout", Kind.duration("0s", "24h"), "60s");
  static final Key<Double> HOLD_BELOW = Key.of("pools[].holdBelow", Kind.share(), "0.5");
  static final Key<Integer> GROW_TO = Key.of("pools[].growTo", Kind.wholeOrOff(1, 10_000), "off");
  // The options become part of a command on the admin socket, where ; \ and << have a meaning.
  static final Key<String> SERVER_OPTIONS =
      Key.of(
          "pools[].serverOptions",
          Kind.like(
              "keywords of a server line, check among them, without ; \\ or <",
              "(?=(.* )?check( .*)?$)[ -~&&[^;\\\\<]]{1,500}"),
          "check");

  static final Key<String> MAIL_HOST = Key.optional("mail.host", HOST, "");
  static final Key<Integer> MAIL_PORT = Key.of("mail.port", PORT, "25");
  static final Key<Tls> MAIL_TLS = Key.of("mail.tls", Kind.oneOf(Tls.class), "starttls");
  static final Key<String> MAIL_USER =
      Key.optional("mail.user", Kind.like("a login name", "\\P{C}{1,320}"), "");
  static final Key<String> MAIL_PASSWORD =
      Key.secret("mail.password", Kind.like("1 to 1024 characters of one line", "\\P{C}{1,1024}"));
  static final Key<String> MAIL_FROM = Key.optional("mail.from", Kind.mailAddress(), "");
  static final Key<List<String>> MAIL_TO = Key.optional("mail.to", Kind.mailAddresses(), "");

  static final List<Key<?>> ALL =
      List.of(
          HTTP_HOST,
          HTTP_PORT,
          HTTP_TOKEN,
          SERF_PIPE,
          SERF_RPC,
          SERF_AUTH_KEY,
          SERF_RESYNC,
          HAPROXY_SOCKET,
          HAPROXY_STATE_FILE,
          HAPROXY_RESYNC,
          HAPROXY_POLL,
          STATE_DIR,
          BACKEND,
          MATCH,
          POOL_PORT,
          DRAIN_TIMEOUT,
          SESSION_IDLE,
          SUSPECT_TIMEOUT,
          HOLD_BELOW,
          GROW_TO,
          SERVER_OPTIONS,
          MAIL_HOST,
          MAIL_PORT,
          MAIL_TLS,
          MAIL_USER,
          MAIL_PASSWORD,
          MAIL_FROM,
          MAIL_TO);

  private Keys() {}

  static @Nullable Key<?> ofPath(String path) {
    return ALL.stream().filter(key -> key.path().equals(path)).findFirst().orElse(null);
  }

  static @Nullable Key<?> ofVariable(String variable) {
    return ALL.stream().filter(key -> key.variable().equals(variable)).findFirst().orElse(null);
  }

  /** The names directly under a section ({@code http}, {@code pools[]}), or under the root "". */
  static List<String> under(String section) {
    String prefix = section.isEmpty() ? "" : section + ".";
    return ALL.stream()
        .map(Key::path)
        .filter(path -> path.startsWith(prefix))
        .map(path -> path.substring(prefix.length()).split("\\.|\\[", 2)[0])
        .distinct()
        .toList();
  }
}
