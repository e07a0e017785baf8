package io.rollcall.app;

import io.rollcall.config.Settings;
import io.rollcall.mail.SmtpSender;
import io.rollcall.mail.SmtpServer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The mail server of the settings. */
final class MailSetup {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private MailSetup() {}

  /** Null if no mail server is configured. */
  static @Nullable SmtpSender sender(Settings.MailSettings mail) {
    return mail.host() == null
        ? null
        : new SmtpSender(
            new SmtpServer(
                mail.host(),
                mail.port(),
                SmtpServer.Security.valueOf(mail.tls().name()),
                mail.user(),
                mail.password(),
                Objects.requireNonNull(mail.from(), "the settings have a sender"),
                mail.to()),
            TIMEOUT);
  }
}
