package io.rollcall.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mail server, the login, and the addresses of the mails.
 *
 * @param user null to send without a login; then {@code password} is null too
 * @param from the sender's address
 * @param to the receivers' addresses, at least one
 */
public record SmtpServer(
    String host,
    int port,
    Security security,
    @Nullable String user,
    @Nullable String password,
    String from,
    List<String> to) {

  /** How the connection is encrypted. */
  public enum Security {
    OFF,
    /**
     * By STARTTLS if the server offers it. The certificate is not checked: an attacker who could
     * forge one could also remove the offer.
     */
    OPTIONAL,
    /** By STARTTLS only; the certificate must be valid for the host. */
    STARTTLS,
    /** By TLS from the first byte; the certificate must be valid for the host. */
    TLS
  }

  public SmtpServer {
    to = List.copyOf(to);
  }

  /** The domain of the sender's address. */
  public String domain() {
    return from.substring(from.lastIndexOf('@') + 1).replace(">", "");
  }

  /** Host and port: no secret. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
