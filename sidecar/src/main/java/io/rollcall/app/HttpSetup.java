package io.rollcall.app;

import io.rollcall.config.Settings;
import io.rollcall.http.AccessToken;
import io.rollcall.http.HttpAccess;
import io.rollcall.http.TlsFiles;
import io.rollcall.http.TrustedProxies;
import io.rollcall.http.guard.ConnectionCloser;
import io.rollcall.http.guard.ServerLimits;
import java.util.ArrayList;
import java.util.List;

/** The HTTP server's access as the settings have it. */
final class HttpSetup {
  /** The name of the operator of {@code http.token}. */
  private static final String TOKEN = "token";

  private HttpSetup() {}

  static HttpAccess access(Settings.HttpSettings http) {
    return new HttpAccess(
        tokens(http),
        http.hosts(),
        new TrustedProxies(http.trustedProxies()),
        http.certificate() == null || http.key() == null
            ? null
            : new TlsFiles(http.certificate(), http.key()),
        ServerLimits.STANDARD,
        ConnectionCloser.GRACEFUL);
  }

  private static List<AccessToken> tokens(Settings.HttpSettings http) {
    var tokens = new ArrayList<AccessToken>();
    if (http.token() != null) {
      tokens.add(new AccessToken(TOKEN, AccessToken.Role.OPERATOR, http.token()));
    }
    http.tokens()
        .forEach(token ->
            tokens.add(
                new AccessToken(
                    token.name(), AccessToken.Role.valueOf(token.role().name()), token.secret())));
    return tokens;
  }
}
