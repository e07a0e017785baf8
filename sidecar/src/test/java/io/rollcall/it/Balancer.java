package io.rollcall.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.app.Sidecar;
import io.rollcall.config.Settings;
import io.rollcall.core.model.PoolPolicy;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import io.rollcall.testing.TestClient;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One balancer: a real HAProxy with four slots a backend, a real Serf agent, a real FIFO, and the
 * sidecar between them in this JVM. Each is started by the test; all of it ends with {@link
 * #close}.
 */
public final class Balancer extends TestClient {
  public final RealHaproxy haproxy;
  private final Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private @Nullable RealSerf agent;
  private @Nullable String authKey;
  private Map<String, Map<String, String>> pools = Map.of("nodes", Map.of("role", "backend"));
  private Duration drainTimeout = Duration.ofSeconds(2);
  private Duration sessionIdle = Duration.ofMillis(200);
  private Duration suspectTimeout = Duration.ofSeconds(60);
  private Duration joinTimeout = Duration.ofSeconds(60);
  private List<Settings.ChannelSettings> channels = List.of();
  private int growTo;
  private boolean observe;
  private boolean withPipe = true;
  private String deployment = "";

  /** Makes the FIFO and HAProxy's files; nothing runs yet. */
  public Balancer(Path folder) {
    this(folder, 4);
  }

  /** The same with another number of slots. */
  Balancer(Path folder, int slots) {
    super(FreePorts.one());
    this.folder = folder;
    haproxy = keep(RealHaproxy.in(folder, slots));
    pipe();
  }

  void pipe() {
    try {
      assertEquals(0, new ProcessBuilder("mkfifo", pipeFile().toString()).start().waitFor());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Path pipeFile() {
    return folder.resolve("serf.pipe");
  }

  Path stateDir() {
    return folder.resolve("state");
  }

  /** Ends the part with the balancer. */
  @CanIgnoreReturnValue
  public <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  /** The key that the sidecar gives to the agent. */
  void authKey(String key) {
    authKey = key;
  }

  /** A drain ends after the first time, or when no session was seen for the second. */
  void drains(Duration timeout, Duration idle) {
    drainTimeout = timeout;
    sessionIdle = idle;
  }

  void suspectTimeout(Duration time) {
    suspectTimeout = time;
  }

  void joinTimeout(Duration time) {
    joinTimeout = time;
  }

  /** Webhooks, by name. */
  void webhooks(Map<String, URI> urls) {
    channels =
        urls.entrySet().stream()
            .map(one ->
                new Settings.ChannelSettings(
                    one.getKey(),
                    Settings.ChannelKind.WEBHOOK,
                    one.getValue(),
                    null,
                    List.of(),
                    List.of()))
            .toList();
  }

  /** The sidecar sends nothing to HAProxy. */
  void observe() {
    observe = true;
  }

  /** The sidecar lives by the agent's RPC only. */
  void withoutPipe() {
    withPipe = false;
  }

  void growTo(int slots) {
    growTo = slots;
  }

  /** The tags that each backend asks for; without this {@code nodes} has every backend. */
  public void pools(Map<String, Map<String, String>> rules) {
    pools = new TreeMap<>(rules);
  }

  /** Starts the balancer's own agent; without one the sidecar has the pipe only. */
  @CanIgnoreReturnValue
  RealSerf serf(RealSerf.Setup setup) {
    agent = keep(setup.tag("role", "balancer").start());
    return agent;
  }

  @CanIgnoreReturnValue
  RealSerf serf() {
    return serf(RealSerf.named("ha"));
  }

  RealSerf agent() {
    return Objects.requireNonNull(agent, "no agent was started");
  }

  /** HAProxy, agent and sidecar. */
  public void startAll() throws Exception {
    var _ = haproxy.start();
    serf();
    start();
  }

  /** Starts the sidecar as its process would. */
  public void start() throws Exception {
    var settings =
        new Settings(
            new Settings.HttpSettings("127.0.0.1", port(), TOKEN),
            new Settings.SerfSettings(
                withPipe ? pipeFile() : null,
                agent == null ? null : agent.ip(),
                agent == null ? 0 : agent.rpcPort(),
                authKey,
                Duration.ofSeconds(1)),
            new Settings.HaproxySettings(
                Path.of(haproxy.socket()),
                haproxy.stateFile(),
                Duration.ofSeconds(10),
                Duration.ofMillis(200)),
            stateDir(),
            pools.entrySet().stream().map(pool -> policy(pool.getKey(), pool.getValue())).toList(),
            new Settings.MailSettings(null, 25, Settings.Tls.STARTTLS, null, null, null, List.of()),
            channels,
            Settings.AnnounceSettings.UNSIGNED,
            100);
    deployment = vertx.deployVerticle(new Sidecar(settings, () -> {})).await(10, TimeUnit.SECONDS);
  }

  public void stop() throws Exception {
    vertx.undeploy(deployment).await(10, TimeUnit.SECONDS);
  }

  private PoolPolicy policy(String backend, Map<String, String> match) {
    return new PoolPolicy(
        backend,
        match,
        3000,
        drainTimeout,
        sessionIdle,
        suspectTimeout,
        0.5,
        growTo,
        "check inter 200ms rise 1 fall 2 weight 100",
        joinTimeout,
        observe);
  }

  /** How a backend with this application announces itself. */
  public RealSerf.Setup announced(String name, AppServer app) {
    return RealSerf.named(name, app.address())
        .tag("role", "backend")
        .tag("port", String.valueOf(app.port()))
        .tag("boot", name + "-1")
        .join(agent());
  }

  @CanIgnoreReturnValue
  RealSerf backend(String name, AppServer app) {
    return keep(announced(name, app).start());
  }

  /** An application on 127.0.0.1. */
  public AppServer app(String name) {
    return keep(new AppServer(name));
  }

  /** A line as a handler of the agent writes it. */
  void write(String line) throws IOException {
    Files.writeString(pipeFile(), line + "\n", StandardOpenOption.WRITE);
  }

  /** What a client gets through HAProxy: the name of an application. */
  @CanIgnoreReturnValue
  public String through(TestClient client, String... headers) throws IOException {
    return client.at(haproxy.httpPort()).get("/", headers).body();
  }

  public String through() throws IOException {
    return through(this);
  }

  @Override
  public void close() {
    try {
      vertx.close().await(10, TimeUnit.SECONDS);
      for (AutoCloseable part : open.reversed()) {
        part.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException("not everything ended", e);
    }
    super.close();
  }
}
