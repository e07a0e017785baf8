package io.rollcall.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is counted and timed, for {@code /metrics}. What the status holds is read from it at each
 * scrape, by {@link StatusCollector}; the rest is told here as it happens. Used on one context.
 */
public final class PrometheusMetrics implements AutoCloseable {
  /** Prometheus's text format. */
  public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** From a round trip on a socket to its timeout. */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final StatusCollector status = new StatusCollector();
  private final Timer plans =
      timer("rollcall.plan", "Time to make a plan, for one pool").register(registry);
  private final Timer applies =
      timer("rollcall.apply", "Time until HAProxy answered every step of a plan")
          .register(registry);
  private final Counter steps =
      counter("rollcall.steps", "Steps that HAProxy was sent").register(registry);
  private final Counter lines =
      counter("rollcall.pipe.lines", "Lines read from the pipe").register(registry);
  private final Counter malformed =
      counter("rollcall.pipe.malformed.lines", "Lines of the pipe that were of no use")
          .register(registry);
  private final Counter resyncs =
      counter("rollcall.serf.resyncs", "Times the whole member list was read").register(registry);
  private final Timer sessionCounts =
      timer("rollcall.session.count", "Time HAProxy took to count the sessions of one slot")
          .register(registry);
  private final AtomicInteger streams = new AtomicInteger();

  /** Begins at zero, with the JVM's own figures. */
  public PrometheusMetrics() {
    registry.getPrometheusRegistry().register(status);
    new ClassLoaderMetrics().bindTo(registry);
    gc.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Gauge.builder("rollcall.streams", streams, AtomicInteger::get)
        .description("Open streams of server-sent events")
        .register(registry);
    counter("rollcall.haproxy.reloads", "Reloads of HAProxy by Rollcall: always 0")
        .register(registry);
  }

  /** A plan was made. */
  public void planned(Duration took) {
    plans.record(took);
  }

  /** A plan's steps were answered. */
  public void applied(int sent, Duration took) {
    steps.increment(sent);
    applies.record(took);
  }

  /** HAProxy answered a command on its admin socket. */
  public void answered(String kind, Duration took) {
    timer("rollcall.haproxy.command", "Time from a command to the end of HAProxy's reply")
        .tag("command", kind)
        .register(registry)
        .record(took);
  }

  /** Lines came through the pipe. */
  public void heard(int count, int useless) {
    lines.increment(count);
    malformed.increment(useless);
  }

  /** The whole member list was read. */
  public void resynced() {
    resyncs.increment();
  }

  /** The tracked sessions of a slot were counted. */
  public void countedSessions(Duration took) {
    sessionCounts.record(took);
  }

  public void streams(int open) {
    streams.set(open);
  }

  /** All of it as Prometheus reads it. */
  public String scrape(Status now) {
    status.show(now);
    String text = registry.scrape();
    status.show(null);
    return text;
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }

  private static Timer.Builder timer(String name, String what) {
    return Timer.builder(name).description(what).serviceLevelObjectives(BUCKETS);
  }

  private static Counter.Builder counter(String name, String what) {
    return Counter.builder(name).description(what);
  }
}
