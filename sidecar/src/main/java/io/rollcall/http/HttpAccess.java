package io.rollcall.http;

import io.rollcall.http.guard.ConnectionCloser;
import io.rollcall.http.guard.ServerLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the server, and how much.
 *
 * @param tokens no name twice; without an operator all requests except GET and HEAD are refused,
 *     and with a viewer reading needs a token too
 * @param hosts names that the Host header may have, in lower case; empty for any
 * @param proxies whose {@code X-Forwarded-For} is believed
 * @param tls null for plain HTTP
 */
public record HttpAccess(
    List<AccessToken> tokens,
    List<String> hosts,
    TrustedProxies proxies,
    @Nullable TlsFiles tls,
    ServerLimits limits,
    ConnectionCloser closer) {
  public HttpAccess {
    tokens = List.copyOf(tokens);
    hosts = List.copyOf(hosts);
  }

  /** Plain HTTP for every Host, with the standard limits and these tokens. */
  public static HttpAccess of(AccessToken... tokens) {
    return new HttpAccess(
        List.of(tokens),
        List.of(),
        TrustedProxies.NONE,
        null,
        ServerLimits.STANDARD,
        ConnectionCloser.GRACEFUL);
  }

  /**
   * The same with the token of the one operator.
   *
   * @param token null for none: nobody may act
   */
  public static HttpAccess of(@Nullable String token) {
    return token == null ? of() : of(new AccessToken("token", AccessToken.Role.OPERATOR, token));
  }

  /** The same with other limits. */
  public HttpAccess with(ServerLimits other, ConnectionCloser otherCloser) {
    return new HttpAccess(tokens, hosts, proxies, tls, other, otherCloser);
  }

  /** The same for these hosts only. */
  HttpAccess forHosts(String... names) {
    return new HttpAccess(tokens, List.of(names), proxies, tls, limits, closer);
  }

  boolean readingNeedsAToken() {
    return tokens.stream().anyMatch(token -> token.role() == AccessToken.Role.VIEWER);
  }

  boolean hasOperator() {
    return tokens.stream().anyMatch(token -> token.role() == AccessToken.Role.OPERATOR);
  }
}
