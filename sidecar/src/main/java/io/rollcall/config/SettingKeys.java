package io.rollcall.config;

import io.rollcall.config.SettingType.HostPort;
import io.rollcall.config.Settings.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of all settings: name, type with its bounds, default. The file, the environment and
 * every error follow it; a test compares {@code conf/sidecar.yaml} with it.
 */
final class SettingKeys {
  private static final String VISIBLE = "[!-~]{1,1024}";
  private static final SettingType<String> HOST =
      SettingType.like("a host name or an IP address", "[A-Za-z0-9_.:%-]{1,253}");
  private static final SettingType<Integer> PORT = SettingType.whole(1, 65_535);

  static final SettingKey<String> HTTP_HOST = SettingKey.of("http.host", HOST, "0.0.0.0");
  static final SettingKey<Integer> HTTP_PORT = SettingKey.of("http.port", PORT, "9999");
  static final SettingKey<String> HTTP_TOKEN =
      SettingKey.secret(
          "http.token",
          SettingType.like("1 to 1024 visible ASCII characters without a space", VISIBLE));

  static final SettingKey<Path> SERF_PIPE =
      SettingKey.of("serf.pipe", SettingType.path(), "/run/rollcall/serf.pipe");
  static final SettingKey<HostPort> SERF_RPC =
      SettingKey.optional("serf.rpc", SettingType.hostPort(), "127.0.0.1:7373");
  static final SettingKey<String> SERF_AUTH_KEY =
      SettingKey.secret(
          "serf.authKey", SettingType.like("1 to 1024 visible ASCII characters", "[ -~]{1,1024}"));
  static final SettingKey<Duration> SERF_RESYNC =
      SettingKey.of("serf.resync", SettingType.duration("1s", "1h"), "30s");

  static final SettingKey<Path> HAPROXY_SOCKET =
      SettingKey.of("haproxy.socket", SettingType.path(), "/run/haproxy/admin.sock");
  static final SettingKey<Path> HAPROXY_STATE_FILE =
      SettingKey.of("haproxy.stateFile", SettingType.path(), "/var/lib/haproxy/server-state");
  static final SettingKey<Duration> HAPROXY_RESYNC =
      SettingKey.of("haproxy.resync", SettingType.duration("1s", "1h"), "10s");
  // /healthz fails if no cycle ended within 30 s
  static final SettingKey<Duration> HAPROXY_POLL =
      SettingKey.of("haproxy.poll", SettingType.duration("100ms", "20s"), "1s");

  static final SettingKey<Path> STATE_DIR =
      SettingKey.of("state.dir", SettingType.path(), "/var/lib/rollcall");

  static final SettingKey<String> BACKEND =
      SettingKey.of(
          "pools[].backend",
          SettingType.like(
              "the name of an HAProxy backend, of letters, digits, _ . : and -",
              "[A-Za-z0-9_.:-]{1,100}"),
          "nodes");
  static final SettingKey<Map<String, String>> MATCH =
      SettingKey.of("pools[].match", SettingType.tags(), "role=backend");
  static final SettingKey<Integer> POOL_PORT = SettingKey.of("pools[].port", PORT, "3000");
  static final SettingKey<Duration> DRAIN_TIMEOUT =
      SettingKey.of("pools[].drainTimeout", SettingType.duration("0s", "24h"), "30s");
  static final SettingKey<Duration> SESSION_IDLE =
      SettingKey.of("pools[].sessionIdle", SettingType.duration("0s", "24h"), "5s");
  static final SettingKey<Duration> SUSPECT_TIMEOUT =
      SettingKey.of("pools[].suspectTimeout", SettingType.duration("0s", "24h"), "60s");
  static final SettingKey<Double> HOLD_BELOW =
      SettingKey.of("pools[].holdBelow", SettingType.share(), "0.5");
  static final SettingKey<Integer> GROW_TO =
      SettingKey.of("pools[].growTo", SettingType.wholeOrOff(1, 10_000), "off");
  // the options are part of a command on the admin socket, where ; \ and << are special
  static final SettingKey<String> SERVER_OPTIONS =
      SettingKey.of(
          "pools[].serverOptions",
          SettingType.like(
              "keywords of a server line, check among them, without ; \\ or <",
              "(?=(.* )?check( .*)?$)[ -~&&[^;\\\\<]]{1,500}"),
          "check");

  static final SettingKey<String> MAIL_HOST = SettingKey.optional("mail.host", HOST, "");
  static final SettingKey<Integer> MAIL_PORT = SettingKey.of("mail.port", PORT, "25");
  static final SettingKey<Tls> MAIL_TLS =
      SettingKey.of("mail.tls", SettingType.oneOf(Tls.class), "starttls");
  static final SettingKey<String> MAIL_USER =
      SettingKey.optional("mail.user", SettingType.like("a login name", "\\P{C}{1,320}"), "");
  static final SettingKey<String> MAIL_PASSWORD =
      SettingKey.secret(
          "mail.password", SettingType.like("1 to 1024 characters of one line", "\\P{C}{1,1024}"));
  static final SettingKey<String> MAIL_FROM =
      SettingKey.optional("mail.from", SettingType.mailAddress(), "");
  static final SettingKey<List<String>> MAIL_TO =
      SettingKey.optional("mail.to", SettingType.mailAddresses(), "");

  static final List<SettingKey<?>> ALL =
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

  private SettingKeys() {}

  static @Nullable SettingKey<?> ofPath(String path) {
    return ALL.stream().filter(key -> key.path().equals(path)).findFirst().orElse(null);
  }

  static @Nullable SettingKey<?> ofVariable(String variable) {
    return ALL.stream().filter(key -> key.variable().equals(variable)).findFirst().orElse(null);
  }

  /** The names directly under a section ({@code http}, {@code pools[]}), or under the root "". */
  static List<String> under(String section) {
    String prefix = section.isEmpty() ? "" : section + ".";
    return ALL.stream()
        .map(SettingKey::path)
        .filter(path -> path.startsWith(prefix))
        .map(path -> path.substring(prefix.length()).split("\\.|\\[", 2)[0])
        .distinct()
        .toList();
  }
}
