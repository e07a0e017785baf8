package io.rollcall.mail;

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

/**
 * Brings one mail to the server, on a connection of its own that is closed whatever comes of it.
 * Used on one context, which it never holds up: handshakes, encodings and the classes they load
 * take an event loop of their own (measured: the first mail held a busy machine's loop for 2 s). To
 * be made outside of any context, where Vert.x would warn of the second loop.
 */
public final class SmtpSender {
  private static final int LONGEST_REPLY = 300;

  /** RFC 5322 allows a line of 998 characters. */
  private static final int MOST_REFERENCES = 8;

  private final Vertx own =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(1)
              .setWorkerPoolSize(1)
              .setInternalBlockingPoolSize(1));
  private final SmtpServer server;
  private final Duration patience;

  /**
   * @param patience for a connection, and for all of one mail
   */
  public SmtpSender(SmtpServer server, Duration patience) {
    this.server = server;
    this.patience = patience;
  }

  /** Why a mail did not go; its message is one line. */
  static final class Undelivered extends IOException {
    private static final long serialVersionUID = 1;

    final Retry next;

    private Undelivered(String line, Throwable cause) {
      super(line, cause);
      this.next = Retry.after(cause);
    }
  }

  /** When to try again. */
  enum Retry {
    /** After a while: it is not this mail that is in the way. */
    LATER,
    /** After the others, for this mail is put off (4xx). */
    BEHIND,
    /** Receiver or mail are refused (5xx), and would be again. */
    NEVER;

    /** By Vert.x' own words for the command that the server's answer was given to. */
    private static Retry after(Throwable e) {
      String said = String.valueOf(e.getMessage());
      boolean mail = said.startsWith("sending data failed");
      boolean receiver = said.startsWith("recipient address not accepted");
      if ((mail || receiver) && e instanceof SMTPException smtp && smtp.isPermanent()) {
        return NEVER;
      }
      return mail ? BEHIND : LATER;
    }
  }

  /**
   * Succeeds once the server has accepted the mail for a receiver; fails with {@link Undelivered}.
   *
   * @param vertx of the caller, who has the result on its context
   */
  Future<Void> bring(Vertx vertx, OutgoingMail mail, String to) {
    Context here = vertx.getOrCreateContext();
    Promise<Void> brought = Promise.promise();
    own.runOnContext(_ ->
        Future.succeededFuture()
            .compose(_ -> send(mail, to))
            .onComplete(result -> here.runOnContext(_ -> brought.handle(result))));
    return brought.future();
  }

  public SmtpServer server() {
    return server;
  }

  /** Whatever is under way ends without a result. */
  Future<Void> close() {
    return own.close();
  }

  private Future<Void> send(OutgoingMail mail, String to) {
    MailClient client = MailClient.create(own, config());
    return client
        .sendMail(message(mail, to))
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .eventually(() -> client.close().otherwiseEmpty())
        .<Void>mapEmpty()
        .recover(e -> Future.failedFuture(new Undelivered(line(e, to), e)));
  }

  private MailConfig config() {
    var config =
        new MailConfig(server.host(), server.port())
            .setOwnHostname("rollcall." + server.domain())
            .setKeepAlive(false)
            .setMaxPoolSize(1)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setConnectTimeout((int) patience.toMillis())
            .setIdleTimeout((int) patience.toMillis())
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
            // out-of-office answers are nobody's to read
            .addHeader("Auto-Submitted", "auto-generated");
    if (!mail.references().isEmpty()) {
      message
          .addHeader("In-Reply-To", "<" + mail.references().getFirst() + ">")
          .addHeader(
              "References",
              mail.references().stream()
                  .limit(MOST_REFERENCES)
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
            ? "no end within " + patience.toSeconds() + " s"
            : String.valueOf(e.getMessage())
                .lines()
                .findFirst()
                .orElse(e.toString())
                // the line begins with it already
                .replaceFirst("( \\(connect failed\\))?: \\S*/\\S+:" + server.port() + "$", "");
    String whose = server.to().size() > 1 ? " (for " + to + ")" : "";
    return server + ": " + MailText.line(why, LONGEST_REPLY) + whose;
  }
}
