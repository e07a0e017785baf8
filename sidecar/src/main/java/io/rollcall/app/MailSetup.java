package io.rollcall.app;

import io.rollcall.alert.AlertTimings;
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
import io.rollcall.reconcile.SharedHealth;
import io.rollcall.store.AtomicFile;
import io.rollcall.store.MachineClocks;
import io.rollcall.store.SavedDocument;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
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
      SmtpSender sender,
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
    Map<String, Double> holdBelow =
        settings.pools().stream()
            .collect(Collectors.toMap(pool -> pool.backend(), pool -> pool.holdBelow()));
    return new AlertRunner(
        vertx,
        clock,
        sender,
        timings,
        holdBelow,
        document,
        source(settings, ports),
        ports.journal(),
        health.source());
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
