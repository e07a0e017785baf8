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
import io.rollcall.core.Metrics;
import io.rollcall.core.model.EventKind;
import io.rollcall.core.status.AlertDelivery;
import io.rollcall.core.status.Status;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The counters and timers behind {@code /metrics}. What the status contains is read from it at each
 * scrape by {@link StatusCollector}; everything else is recorded as it happens. Used on one
 * context, except {@link #logLinesDropped}.
 */
public final class PrometheusMetrics implements Metrics, AutoCloseable {
  /** Histogram limits, from a round trip on a socket to its timeout. */
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

  /** Histogram limits of joins, from a readiness probe to a slow application. */
  private static final Duration[] JOIN_BUCKETS = {
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final StatusCollector status;
  private final Timer plans = timer("rollcall.plan", "Time to plan one pool").register(registry);
  private final Timer applies =
      timer("rollcall.apply", "Time until HAProxy has answered all steps of a plan")
          .register(registry);
  private final Counter steps =
      counter("rollcall.steps", "Steps sent to HAProxy").register(registry);
  private final Counter lines =
      counter("rollcall.pipe.lines", "Lines read from the pipe").register(registry);
  private final Counter malformed =
      counter("rollcall.pipe.malformed.lines", "Lines of the pipe that could not be parsed")
          .register(registry);
  private final Counter resyncs =
      counter("rollcall.serf.resyncs", "Reads of the whole member list").register(registry);
  private final Timer sessionCounts =
      timer("rollcall.session.count", "Time HAProxy took to count the tracked sessions of one slot")
          .register(registry);
  private final Counter logDropped =
      counter("rollcall.log.lines.dropped", "Log lines dropped because standard output was blocked")
          .register(registry);
  private final Timer firstRequests =
      Timer.builder("rollcall.ready.to.first.request")
          .description("Time from a member's slot to its first request, as exact as haproxy.poll")
          .serviceLevelObjectives(JOIN_BUCKETS)
          .register(registry);
  private final Map<EventKind, Counter> events = new EnumMap<>(EventKind.class);
  private final AtomicInteger streams = new AtomicInteger();

  /**
   * Starts all counters at zero and adds the metrics of the JVM.
   *
   * @param maxMembers members with series of their own
   */
  public PrometheusMetrics(int maxMembers) {
    status = new StatusCollector(maxMembers);
    registry.getPrometheusRegistry().register(status);
    new ClassLoaderMetrics().bindTo(registry);
    gc.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Gauge.builder("rollcall.streams", streams, AtomicInteger::get)
        .description("Open server-sent event streams")
        .register(registry);
    for (EventKind kind : EventKind.values()) {
      events.put(
          kind,
          counter("rollcall.events", "Events of the journal by kind")
              .tag("kind", kind.wire())
              .register(registry));
    }
    counter("rollcall.haproxy.reloads", "Reloads of HAProxy by Rollcall; always 0")
        .register(registry);
  }

  @Override
  public void planned(Duration took) {
    plans.record(took);
  }

  @Override
  public void applied(int sent, Duration took) {
    steps.increment(sent);
    applies.record(took);
  }

  @Override
  public void commandAnswered(String kind, Duration took) {
    timer("rollcall.haproxy.command", "Time from a command to the end of HAProxy's reply")
        .tag("command", kind)
        .register(registry)
        .record(took);
  }

  @Override
  public void linesRead(int count, int unparsed) {
    lines.increment(count);
    malformed.increment(unparsed);
  }

  @Override
  public void memberListRead() {
    resyncs.increment();
  }

  @Override
  public void sessionsCounted(Duration took) {
    sessionCounts.record(took);
  }

  @Override
  public void streams(int open) {
    streams.set(open);
  }

  @Override
  public void logLinesDropped(int count) {
    logDropped.increment(count);
  }

  @Override
  public void eventRecorded(EventKind kind) {
    Objects.requireNonNull(events.get(kind), kind::wire).increment();
  }

  @Override
  public void firstRequest(Duration took) {
    firstRequests.record(took);
  }

  /** Sets the least share of the members of each pool that should be up. */
  public void holdBelow(Map<String, Double> shares) {
    status.holdBelow(shares);
  }

  /** All metrics in Prometheus's text format, those of this status included. */
  public String scrape(Status now, AlertDelivery alerts) {
    status.show(now, alerts);
    String text = registry.scrape();
    status.show(null, AlertDelivery.NONE);
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
