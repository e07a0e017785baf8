package io.rollcall.mail;

import io.rollcall.core.Sanitizer;
import io.rollcall.logging.Logfmt;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one mail at a time, each on a connection of its own, which is closed whatever the result.
 *
 * <p>It has a Vert.x instance with an event loop of its own, because handshakes, encodings and the
 * classes that they load would block the caller's: with Vert.x 5.1.6 the first mail by STARTTLS
 * takes 0.9 s of processor time on the loop, each other one 40 ms. Create it outside of any Vert.x
 * context: inside one, Vert.x warns of a second instance. All methods are called on one context.
 */
public final class SmtpSender {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpSender.class);
  private static final int MAX_LINE = 300;

  /** RFC 5322 limits a line to 998 characters. */
  private static final int MAX_REFERENCES = 8;

  private final Vertx own =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(1)
              .setWorkerPoolSize(1)
              .setInternalBlockingPoolSize(1));
  private final SmtpServer server;
  private final Duration timeout;

  /**
   * @param timeout to connect, and for all of one mail
   */
  public SmtpSender(SmtpServer server, Duration timeout) {
    this.server = server;
    this.timeout = timeout;
    // the mail client throws in its own callback if the connection ends after the data; the mail
    // fails or times out in any case, so this is not reported a second time
    own.exceptionHandler(e -> LOG.debug("{}", Logfmt.of("mail-client-failed"), e));
  }

  /** Why a mail was not accepted; its message is one line. */
  static final class DeliveryException extends IOException {
    private static final long serialVersionUID = 1;

    final Retry retry;

    private DeliveryException(String line, Throwable cause) {
      super(line, cause);
      this.retry = Retry.after(cause);
    }
  }

  /** When to try again. */
  enum Retry {
    /** After a pause: the failure does not concern this mail alone. */
    LATER,
    /** After the other mails: the server defers this one (4xx). */
    AFTER_OTHERS,
    /** The server refuses the receiver or the mail (5xx) and would do so again. */
    NEVER;

    /** Derived from Vert.x's description of the command that the server replied to. */
    private static Retry after(Throwable e) {
      String message = String.valueOf(e.getMessage());
      boolean mail = message.startsWith("sending data failed");
      boolean receiver = message.startsWith("recipient address not accepted");
      if ((mail || receiver) && e instanceof SMTPException smtp && smtp.isPermanent()) {
        return NEVER;
      }
      return mail ? AFTER_OTHERS : LATER;
    }
  }

  /**
   * Succeeds once the server has accepted the mail for a receiver; fails with {@link
   * DeliveryException}.
   *
   * @param vertx of the caller, on whose context the result arrives
   */
  Future<Void> send(Vertx vertx, OutgoingMail mail, String to) {
    Context caller = vertx.getOrCreateContext();
    Promise<Void> sent = Promise.promise();
    own.runOnContext(_ ->
        Future.succeededFuture()
            .compose(_ -> deliver(mail, to))
            .onComplete(result -> caller.runOnContext(_ -> sent.handle(result))));
    return sent.future();
  }

  public SmtpServer server() {
    return server;
  }

  /** Aborts what is being sent; its future never completes. */
  Future<Void> close() {
    return own.close();
  }

  private Future<Void> deliver(OutgoingMail mail, String to) {
    MailClient client = MailClient.create(own, config());
    return client
        .sendMail(message(mail, to))
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .eventually(() -> client.close().otherwiseEmpty())
        .<Void>mapEmpty()
        .recover(e -> Future.failedFuture(new DeliveryException(line(e, to), e)));
  }

  private MailConfig config() {
    var config =
        new MailConfig(server.host(), server.port())
            .setOwnHostname("rollcall." + server.domain())
            .setKeepAlive(false)
            .setMaxPoolSize(1)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setConnectTimeout((int) timeout.toMillis())
            .setIdleTimeout((int) timeout.toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setLogin(server.user() == null ? LoginOption.DISABLED : LoginOption.REQUIRED);
    if (server.user() != null) {
      config.setUsername(server.user()).setPassword(server.password());
    }
    return switch (server.security()) {
      case OFF -> config.setStarttls(StartTLSOptions.DISABLED);
      case OPTIONAL ->
          config
              .setStarttls(StartTLSOptions.OPTIONAL)
              .setTrustAll(true)
              .setHostnameVerificationAlgorithm("");
      case STARTTLS -> config.setStarttls(StartTLSOptions.REQUIRED);
      case TLS -> config.setSsl(true).setStarttls(StartTLSOptions.DISABLED);
    };
  }

  private MailMessage message(OutgoingMail mail, String to) {
    var message =
        new MailMessage()
            .setFrom(server.from())
            .setTo(to)
            .setSubject(mail.subject())
            .setText(mail.text())
            .setHtml(mail.html())
            .addHeader("Message-ID", "<" + mail.id() + ">")
            // prevents out-of-office replies
            .addHeader("Auto-Submitted", "auto-generated");
    if (!mail.references().isEmpty()) {
      message
          .addHeader("In-Reply-To", "<" + mail.references().getFirst() + ">")
          .addHeader(
              "References",
              mail.references().stream()
                  .limit(MAX_REFERENCES)
                  .map(id -> "<" + id + ">")
                  .collect(Collectors.joining(" ")));
    }
    return mail.urgent()
        ? message.addHeader("X-Priority", "1").addHeader("Importance", "high")
        : message;
  }

  private String line(Throwable e, String to) {
    String why =
        e instanceof TimeoutException
            ? "timed out after " + timeout.toSeconds() + " s"
            : String.valueOf(e.getMessage())
                .lines()
                .findFirst()
                .orElse(e.toString())
                // the line begins with the address already
                .replaceFirst("( \\(connect failed\\))?: \\S*/\\S+:" + server.port() + "$", "");
    String receiver = server.to().size() > 1 ? " (for " + to + ")" : "";
    return server + ": " + Sanitizer.line(why, MAX_LINE) + receiver;
  }
}
