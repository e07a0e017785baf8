package io.rollcall.config;

import io.rollcall.config.SettingType.HostPort;
import io.rollcall.config.Settings.ChannelKind;
import io.rollcall.config.Settings.ChannelSeverity;
import io.rollcall.config.Settings.Tls;
import io.rollcall.config.Settings.TokenRole;
import io.rollcall.core.model.NamePattern;
import io.rollcall.core.model.PoolOptions;
import io.rollcall.core.model.Readiness;
import java.net.URI;
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

  static final SettingKey<String> TOKEN_NAME =
      SettingKey.optional(
          "http.tokens[].name",
          SettingType.like("1 to 64 letters, digits, _ and -", "[A-Za-z0-9_-]{1,64}"),
          "");
  static final SettingKey<TokenRole> TOKEN_ROLE =
      SettingKey.optional("http.tokens[].role", SettingType.oneOf(TokenRole.class), "");
  static final SettingKey<String> TOKEN_SECRET =
      SettingKey.secret(
          "http.tokens[].token",
          SettingType.like("1 to 1024 visible ASCII characters without a space", VISIBLE));
  static final SettingKey<Path> TOKEN_FILE =
      SettingKey.optional("http.tokens[].tokenFile", SettingType.path(), "");
  static final SettingKey<List<String>> HTTP_HOSTS =
      SettingKey.optional(
          "http.hosts",
          SettingType.list(
              "names or addresses without a port, such as ha.example.org", "[a-z0-9_.:-]{1,253}"),
          "");
  static final SettingKey<List<String>> HTTP_TRUSTED_PROXIES =
      SettingKey.optional("http.trustedProxies", SettingType.addressRanges(), "");
  static final SettingKey<Path> TLS_CERTIFICATE =
      SettingKey.optional("http.tls.certificate", SettingType.path(), "");
  static final SettingKey<Path> TLS_KEY =
      SettingKey.optional("http.tls.key", SettingType.path(), "");
  static final SettingKey<Path> SERF_PIPE =
      SettingKey.of("serf.pipe", SettingType.pathOrOff(), "/run/rollcall/serf.pipe");
  static final SettingKey<HostPort> SERF_RPC =
      SettingKey.optional("serf.rpc", SettingType.hostPort(), "127.0.0.1:7373");
  static final SettingKey<String> SERF_AUTH_KEY =
      SettingKey.secret(
          "serf.authKey", SettingType.like("1 to 1024 visible ASCII characters", "[ -~]{1,1024}"));
  static final SettingKey<Duration> SERF_RESYNC =
      SettingKey.of("serf.resync", SettingType.duration("1s", "1h"), "30s");

  static final SettingKey<Path> HAPROXY_SOCKET =
      SettingKey.of("haproxy.socket", SettingType.socketPath(), "/run/haproxy/admin.sock");
  static final SettingKey<Path> HAPROXY_CONFIG =
      SettingKey.optional("haproxy.config", SettingType.path(), "");
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
  static final SettingKey<String> PORT_TAG =
      SettingKey.of(
          "pools[].portTag", SettingType.like("the name of a tag", "[!-~&&[^=,]]{1,100}"), "port");
  static final SettingKey<NamePattern> SLOTS =
      SettingKey.optional("pools[].slots", SettingType.names(), "");
  static final SettingKey<PoolOptions.RoleChange> ON_ROLE_CHANGE =
      SettingKey.of(
          "pools[].onRoleChange", SettingType.oneOf(PoolOptions.RoleChange.class), "drain");
  static final SettingKey<Boolean> PRIVATE_CONNECTIONS =
      SettingKey.of("pools[].privateConnections", SettingType.trueOrFalse(), "false");
  static final SettingKey<Duration> DRAIN_TIMEOUT =
      SettingKey.of("pools[].drainTimeout", SettingType.duration("0s", "24h"), "30s");
  static final SettingKey<Duration> SESSION_IDLE =
      SettingKey.of("pools[].sessionIdle", SettingType.duration("0s", "24h"), "5s");
  static final SettingKey<Duration> SUSPECT_TIMEOUT =
      SettingKey.of("pools[].suspectTimeout", SettingType.duration("0s", "24h"), "60s");
  static final SettingKey<Duration> JOIN_TIMEOUT =
      SettingKey.of("pools[].joinTimeout", SettingType.duration("1s", "24h"), "60s");
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

  static final SettingKey<Boolean> OBSERVE =
      SettingKey.of("pools[].observe", SettingType.trueOrFalse(), "false");
  static final SettingKey<Readiness> READINESS =
      SettingKey.of("pools[].readiness", SettingType.readiness(), "off");
  static final SettingKey<List<String>> ALLOW =
      SettingKey.optional("pools[].allow", SettingType.addressRanges(), "");
  static final SettingKey<NamePattern> NAMES =
      SettingKey.optional("pools[].names", SettingType.names(), "");
  static final SettingKey<Integer> SUBSET =
      SettingKey.of("pools[].subset", SettingType.wholeOrOff(1, 10_000), "off");

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

  static final SettingKey<String> CHANNEL_NAME =
      SettingKey.optional(
          "alerts.channels[].name",
          SettingType.like("1 to 64 letters, digits, _ and -", "[A-Za-z0-9_-]{1,64}"),
          "");
  static final SettingKey<ChannelKind> CHANNEL_TYPE =
      SettingKey.optional("alerts.channels[].type", SettingType.oneOf(ChannelKind.class), "");
  static final SettingKey<URI> CHANNEL_URL =
      SettingKey.optional("alerts.channels[].url", SettingType.httpUrl(), "");
  static final SettingKey<String> CHANNEL_SECRET =
      SettingKey.secret(
          "alerts.channels[].secret",
          SettingType.like("1 to 1024 visible ASCII characters without a space", VISIBLE));
  static final SettingKey<Path> CHANNEL_SECRET_FILE =
      SettingKey.optional("alerts.channels[].secretFile", SettingType.path(), "");
  static final SettingKey<List<ChannelSeverity>> CHANNEL_SEVERITIES =
      SettingKey.optional(
          "alerts.channels[].severities", SettingType.someOf(ChannelSeverity.class), "");
  static final SettingKey<List<String>> CHANNEL_POOLS =
      SettingKey.optional(
          "alerts.channels[].pools",
          SettingType.texts("backends of configured pools", "[A-Za-z0-9_.:-]{1,100}"),
          "");
  static final SettingKey<Path> ANNOUNCE_KEY =
      SettingKey.optional("announce.key", SettingType.path(), "");
  static final SettingKey<Boolean> SIGNED_ONLY =
      SettingKey.of("announce.signedOnly", SettingType.trueOrFalse(), "false");
  static final SettingKey<Integer> MAX_MEMBERS =
      SettingKey.of("metrics.maxMembers", SettingType.whole(0, 100_000), "2000");

  static final List<SettingKey<?>> ALL =
      List.of(
          HTTP_HOST,
          HTTP_PORT,
          HTTP_TOKEN,
          TOKEN_NAME,
          TOKEN_ROLE,
          TOKEN_SECRET,
          TOKEN_FILE,
          HTTP_HOSTS,
          HTTP_TRUSTED_PROXIES,
          TLS_CERTIFICATE,
          TLS_KEY,
          SERF_PIPE,
          SERF_RPC,
          SERF_AUTH_KEY,
          SERF_RESYNC,
          HAPROXY_SOCKET,
          HAPROXY_CONFIG,
          HAPROXY_STATE_FILE,
          HAPROXY_RESYNC,
          HAPROXY_POLL,
          STATE_DIR,
          BACKEND,
          MATCH,
          POOL_PORT,
          PORT_TAG,
          SLOTS,
          ON_ROLE_CHANGE,
          PRIVATE_CONNECTIONS,
          DRAIN_TIMEOUT,
          SESSION_IDLE,
          SUSPECT_TIMEOUT,
          JOIN_TIMEOUT,
          HOLD_BELOW,
          GROW_TO,
          SERVER_OPTIONS,
          OBSERVE,
          READINESS,
          ALLOW,
          NAMES,
          SUBSET,
          MAIL_HOST,
          MAIL_PORT,
          MAIL_TLS,
          MAIL_USER,
          MAIL_PASSWORD,
          MAIL_FROM,
          MAIL_TO,
          CHANNEL_NAME,
          CHANNEL_TYPE,
          CHANNEL_URL,
          CHANNEL_SECRET,
          CHANNEL_SECRET_FILE,
          CHANNEL_SEVERITIES,
          CHANNEL_POOLS,
          ANNOUNCE_KEY,
          SIGNED_ONLY,
          MAX_MEMBERS);

  private SettingKeys() {}

  static @Nullable SettingKey<?> ofPath(String path) {
    return ALL.stream().filter(key -> key.path().equals(path)).findFirst().orElse(null);
  }

  static @Nullable SettingKey<?> ofVariable(String variable) {
    return ALL.stream().filter(key -> key.variable().equals(variable)).findFirst().orElse(null);
  }

  /** The paths of lists of sections ({@code pools}, {@code http.tokens}). */
  static List<String> lists() {
    return ALL.stream().map(SettingKey::list).filter(list -> !list.isEmpty()).distinct().toList();
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
