package io.rollcall.cli.doctor;

import io.rollcall.config.Settings;
import io.rollcall.core.Sanitizer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Where alerts go: each receiver must accept connections. No alert is sent. */
final class AlertChecks {
  private static final int ANSWER_MS = 2000;

  private final Settings settings;
  private final DiagnosisCollector report;

  AlertChecks(Settings settings, DiagnosisCollector report) {
    this.settings = settings;
    this.report = report;
  }

  void examine() {
    Settings.MailSettings mail = settings.mail();
    if (mail.host() != null) {
      connect("mail", "mail", mail.host(), mail.port());
    }
    for (Settings.ChannelSettings channel : settings.channels()) {
      URI url = channel.url();
      int standard = "https".equals(url.getScheme()) ? 443 : 80;
      int port = url.getPort() < 0 ? standard : url.getPort();
      connect("alerts.channels " + channel.name(), channel.name(), url.getHost(), port);
    }
    if (mail.host() == null && settings.channels().isEmpty()) {
      report.ok("alerts", "none: neither mail.host nor alerts.channels is set");
    }
  }

  private void connect(String about, String channel, String host, int port) {
    String at = host + ":" + port;
    try (var socket = new Socket()) {
      var address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        throw new IOException("unknown host");
      }
      socket.connect(address, ANSWER_MS);
      report.ok(about, at + " accepts connections (one was made)");
    } catch (IOException e) {
      report.warn(
          about,
          "%s: %s; alerts wait".formatted(at, Sanitizer.line(String.valueOf(e.getMessage()), 100)),
          Cure.follow(
              "correct its address in the settings, or let this machine reach it; then run:"
                  + " rollcall alert test "
                  + channel));
    }
  }
}
