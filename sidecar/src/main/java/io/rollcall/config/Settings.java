package io.rollcall.config;

import io.rollcall.core.model.PoolPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the sidecar, every value within its bounds. Meanings, units and bounds are those
 * of {@code conf/sidecar.yaml}. Printed, a secret shows only whether it is set.
 *
 * @param stateDir directory for the state that HAProxy cannot store
 * @param pools at least one, no backend twice
 * @param channels no name twice
 * @param maxMembers members with metrics of their own
 */
public record Settings(
    HttpSettings http,
    SerfSettings serf,
    HaproxySettings haproxy,
    Path stateDir,
    List<PoolPolicy> pools,
    MailSettings mail,
    List<ChannelSettings> channels,
    AnnounceSettings announce,
    int maxMembers) {
  /** The default of {@code metrics.maxMembers}. */
  private static final int MAX_MEMBERS = 2000;

  public Settings {
    pools = List.copyOf(pools);
    channels = List.copyOf(channels);
  }

  /** Without further channels, and with announcements as claims. */
  public Settings(
      HttpSettings http,
      SerfSettings serf,
      HaproxySettings haproxy,
      Path stateDir,
      List<PoolPolicy> pools,
      MailSettings mail) {
    this(
        http,
        serf,
        haproxy,
        stateDir,
        pools,
        mail,
        List.of(),
        AnnounceSettings.UNSIGNED,
        MAX_MEMBERS);
  }

  /**
   * Where alerts go besides mail.
   *
   * @param name not {@code mail}, and not that of another channel
   * @param secret null for none
   * @param severities empty for all
   * @param pools backends of configured pools; empty for all
   */
  public record ChannelSettings(
      String name,
      ChannelKind type,
      URI url,
      @Nullable String secret,
      List<ChannelSeverity> severities,
      List<String> pools) {
    public ChannelSettings {
      severities = List.copyOf(severities);
      pools = List.copyOf(pools);
    }

    @Override
    public String toString() {
      return name + " (" + type + ", " + url.getHost() + ")";
    }
  }

  /** The format that a channel's receiver understands. */
  public enum ChannelKind {
    WEBHOOK,
    SLACK,
    PAGERDUTY,
    ALERTMANAGER
  }

  /** How much an alert matters. */
  public enum ChannelSeverity {
    WARNING,
    CRITICAL
  }

  /**
   * The listener of the status page.
   *
   * @param token bearer token of the operator named {@code token}; null for none
   * @param tokens further ones, no name and no secret twice
   * @param hosts names that the Host header may have, in lower case; empty for any
   * @param trustedProxies addresses and ranges whose {@code X-Forwarded-For} is believed
   * @param certificate PEM file of the certificate chain; null for plain HTTP
   * @param key PEM file of its private key, set if and only if {@code certificate} is
   */
  public record HttpSettings(
      String host,
      int port,
      @Nullable String token,
      List<TokenSettings> tokens,
      List<String> hosts,
      List<String> trustedProxies,
      @Nullable Path certificate,
      @Nullable Path key) {
    public HttpSettings {
      tokens = List.copyOf(tokens);
      hosts = List.copyOf(hosts);
      trustedProxies = List.copyOf(trustedProxies);
    }

    /** Plain HTTP for every Host, with one token at most. */
    public HttpSettings(String host, int port, @Nullable String token) {
      this(host, port, token, List.of(), List.of(), List.of(), null, null);
    }

    @Override
    public String toString() {
      return "Http[host=%s, port=%d, token=%s, tokens=%s, hosts=%s, trustedProxies=%s, tls=%s]"
          .formatted(host, port, masked(token), tokens, hosts, trustedProxies, certificate);
    }
  }

  /** A token of a person or a program. */
  public record TokenSettings(String name, TokenRole role, String secret) {
    @Override
    public String toString() {
      return name + " (" + role + ")";
    }
  }

  /** What the bearer of a token may do. */
  public enum TokenRole {
    /** Read. */
    VIEWER,
    /** Read and act. */
    OPERATOR
  }

  /**
   * The agent beside the balancer.
   *
   * @param pipe the FIFO that its handlers write; null for none
   * @param rpcHost null for no RPC
   * @param rpcPort 0 for no RPC
   * @param authKey the agent's RPC key, null for none
   * @param resync time between full comparisons with the member list
   */
  public record SerfSettings(
      @Nullable Path pipe,
      @Nullable String rpcHost,
      int rpcPort,
      @Nullable String authKey,
      Duration resync) {
    @Override
    public String toString() {
      return "Serf[pipe=%s, rpcHost=%s, rpcPort=%d, authKey=%s, resync=%s]"
          .formatted(pipe, rpcHost, rpcPort, masked(authKey), resync);
    }
  }

  /**
   * The balancer.
   *
   * @param socket its admin socket
   * @param config its configuration file, read only to report what the socket does not show; null
   *     for none
   * @param stateFile written by the sidecar, read by HAProxy when it starts
   * @param resync time between full comparisons with its servers
   * @param poll time between two readings of checks and counters
   */
  public record HaproxySettings(
      Path socket, @Nullable Path config, Path stateFile, Duration resync, Duration poll) {
    /** Without the configuration file. */
    public HaproxySettings(Path socket, Path stateFile, Duration resync, Duration poll) {
      this(socket, null, stateFile, resync, poll);
    }
  }

  /**
   * Where alerts go.
   *
   * @param host SMTP server; null for no mail: only then {@code from} may be null and {@code to}
   *     empty
   * @param user null to send without a login
   * @param password set if and only if {@code user} is
   */
  public record MailSettings(
      @Nullable String host,
      int port,
      Tls tls,
      @Nullable String user,
      @Nullable String password,
      @Nullable String from,
      List<String> to) {
    public MailSettings {
      to = List.copyOf(to);
    }

    @Override
    public String toString() {
      return "Mail[host=%s, port=%d, tls=%s, user=%s, password=%s, from=%s, to=%s]"
          .formatted(host, port, tls, user, masked(password), from, to);
    }
  }

  /**
   * How announcements of backends are checked.
   *
   * @param key with which backends sign; null: signatures are ignored
   * @param signedOnly unsigned announcements are ignored; only with a key
   */
  public record AnnounceSettings(@Nullable String key, boolean signedOnly) {
    /** Any announcement is taken as a claim. */
    public static final AnnounceSettings UNSIGNED = new AnnounceSettings(null, false);

    @Override
    public String toString() {
      return "Announce[key=" + masked(key) + ", signedOnly=" + signedOnly + "]";
    }
  }

  /** How the connection to the SMTP server is encrypted. */
  public enum Tls {
    /** Never. */
    OFF,
    /** By STARTTLS if the server offers it. */
    OPTIONAL,
    /** By STARTTLS or not at all. */
    STARTTLS,
    /** From the first byte. */
    TLS
  }

  private static String masked(@Nullable String secret) {
    return secret == null ? "none" : "set";
  }
}
