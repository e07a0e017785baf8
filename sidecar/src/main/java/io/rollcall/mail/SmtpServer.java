package io.rollcall.mail;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server that takes the mails, and what it needs to know.
 *
 * @param user null to send without a login, then {@code password} is null too
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

  /** How the way there is encrypted. */
  public enum Security {
    OFF,
    /**
     * By STARTTLS where it is offered. Whoever could forge a certificate could as well take the
     * offer away, so none is looked at.
     */
    OPTIONAL,
    /** By STARTTLS or not at all; the certificate has to be good for the host. */
    STARTTLS,
    /** From the first byte; the certificate has to be good for the host. */
    TLS
  }

  public SmtpServer {
    to = List.copyOf(to);
  }

  /** What is right of the sender's {@code @}. */
  public String domain() {
    return from.substring(from.lastIndexOf('@') + 1);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
