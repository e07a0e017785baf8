package io.rollcall.app;

import io.rollcall.alert.AlertSeverity;
import io.rollcall.alert.AlertTimings;
import io.rollcall.channel.AlertChannel;
import io.rollcall.channel.ChannelSpoolFormat;
import io.rollcall.config.Settings;
import io.rollcall.core.Component;
import io.rollcall.core.ComponentHealth;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.State;
import io.rollcall.core.model.Event;
import io.rollcall.core.status.Status;
import io.rollcall.mail.MailFormat;
import io.rollcall.mail.SmtpSender;
import io.rollcall.mail.SmtpServer;
import io.rollcall.reconcile.AlertRunner;
import io.rollcall.reconcile.AlertSource;
import io.rollcall.reconcile.ChannelRunner;
import io.rollcall.reconcile.SharedHealth;
import io.rollcall.store.AtomicFile;
import io.rollcall.store.MachineClocks;
import io.rollcall.store.SavedDocument;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Mail alerts as the settings have them. */
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

  /** What the alerts read and report to, all on the sidecar's context. */
  record AlertPorts(
      Supplier<Status> status,
      Supplier<State> state,
      Consumer<Event> journal,
      ComponentHealth health) {}

  /** The alerts of the settings; nothing is read or sent yet. */
  static AlertRunner alerts(
      Vertx vertx,
      Settings settings,
      @Nullable SmtpSender sender,
      AlertTimings timings,
      SteadyClock clock,
      AlertPorts ports) {
    var health = new SharedHealth(ports.health(), Component.MAIL);
    var document =
        new SavedDocument<>(
            AtomicFile.in(vertx, settings.stateDir(), "mail.json"),
            new MailFormat(),
            new MachineClocks(clock),
            health.source());
    return new AlertRunner(
        vertx,
        clock,
        sender,
        timings,
        holdBelow(settings),
        document,
        source(settings, ports),
        ports.journal(),
        health.source(),
        channels(vertx, settings, clock, ports, health));
  }

  /** By pool, the share of its members below which its capacity is low. */
  static Map<String, Double> holdBelow(Settings settings) {
    return settings.pools().stream()
        .collect(Collectors.toMap(pool -> pool.backend(), pool -> pool.holdBelow()));
  }

  private static ChannelRunner channels(
      Vertx vertx, Settings settings, SteadyClock clock, AlertPorts ports, SharedHealth health) {
    return new ChannelRunner(
        vertx,
        clock,
        settings.channels().stream().map(MailSetup::channel).toList(),
        new SavedDocument<>(
            AtomicFile.in(vertx, settings.stateDir(), "channels.json"),
            new ChannelSpoolFormat(),
            new MachineClocks(clock),
            health.source()),
        ports.journal(),
        health.source());
  }

  private static AlertChannel channel(Settings.ChannelSettings channel) {
    return new AlertChannel(
        channel.name(),
        AlertChannel.ChannelType.valueOf(channel.type().name()),
        channel.url(),
        channel.secret(),
        channel.severities().stream()
            .map(severity -> AlertSeverity.valueOf(severity.name()))
            .collect(Collectors.toSet()),
        Set.copyOf(channel.pools()));
  }

  private static AlertSource source(Settings settings, AlertPorts ports) {
    return new AlertSource() {
      @Override
      public Status status() {
        return ports.status().get();
      }

      @Override
      public Map<Component, String> failures() {
        return ports.state().get().health().byComponent();
      }

      @Override
      public boolean converged() {
        return ports.state().get().cycle().converged();
      }

      @Override
      public @Nullable String link() {
        return StatusUrl.of(settings.http(), ports.state().get().members().address());
      }
    };
  }
}
