package io.rollcall.config;

import io.rollcall.core.model.PoolPolicy;
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
 */
public record Settings(
    HttpSettings http,
    SerfSettings serf,
    HaproxySettings haproxy,
    Path stateDir,
    List<PoolPolicy> pools,
    MailSettings mail) {
  public Settings {
    pools = List.copyOf(pools);
  }

  /**
   * The listener of the status page.
   *
   * @param token bearer token for actions; null: every action is refused
   */
  public record HttpSettings(String host, int port, @Nullable String token) {
    @Override
    public String toString() {
      return "Http[host=" + host + ", port=" + port + ", token=" + masked(token) + "]";
    }
  }

  /**
   * The agent beside the balancer.
   *
   * @param pipe the FIFO that its handlers write
   * @param rpcHost null for no RPC
   * @param rpcPort 0 for no RPC
   * @param authKey the agent's RPC key, null for none
   * @param resync time between full comparisons with the member list
   */
  public record SerfSettings(
      Path pipe, @Nullable String rpcHost, int rpcPort, @Nullable String authKey, Duration resync) {
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
   * @param stateFile written by the sidecar, read by HAProxy when it starts
   * @param resync time between full comparisons with its servers
   * @param poll time between two readings of checks and counters
   */
  public record HaproxySettings(Path socket, Path stateFile, Duration resync, Duration poll) {}

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
