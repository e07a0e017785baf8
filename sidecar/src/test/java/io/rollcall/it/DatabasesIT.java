package io.rollcall.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealDatabase;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of {@code docs/pools.md}: PostgreSQL and Redis, each with a primary that moves from
 * one machine to another, behind two pools in {@code mode tcp}.
 */
@Tag("haproxy")
class DatabasesIT {
  private static final String A = "127.0.4.1";
  private static final String B = "127.0.4.2";
  private static final String ATTACK = "SECURITY ATTACK";
  private static final String CUT = "a ended 1 sessions: its tags no longer match the pool";

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final int postgresqlPort = FreePorts.one();
  private final int redisPort = FreePorts.one();
  private final int postgresqlFront = FreePorts.one();
  private final int redisFront = FreePorts.one();
  private RealSerf agent;
  private RealSerf a;
  private RealSerf b;
  private RealDatabase redisA;
  private RealDatabase redisB;
  private SidecarProcess sidecar;

  @CanIgnoreReturnValue
  private <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  @BeforeEach
  void startDatabases() throws Exception {
    var primary = keep(RealDatabase.postgresql(A, postgresqlPort));
    keep(RealDatabase.standby(primary, B, postgresqlPort));
    redisA = keep(RealDatabase.redis(A, redisPort));
    redisB = keep(RealDatabase.redis(B, redisPort, "--replicaof", A + " " + redisPort));
    agent = keep(RealSerf.named("lb").tag("role", "balancer").start());
    a = keep(machine("a", A).tag("postgresql", "primary").tag("redis", "master").start());
    b = keep(machine("b", B).tag("postgresql", "standby").tag("redis", "replica").start());
  }

  private RealSerf.Setup machine(String name, String address) {
    return RealSerf.named(name, address).join(agent);
  }

  /** HAProxy and sidecar with the example, and what the test changes of its settings. */
  private void startBalancer(String before, String after) throws Exception {
    String global =
        """
        global
            stats socket "%1$s/admin.sock" mode 660 level admin
            stats timeout 1h
            server-state-file "%1$s/server-state"
        defaults
            timeout connect 2s
            timeout client 1h
            timeout server 1h
            timeout check 2s

        """
            .formatted(folder);
    String example =
        example("haproxy.cfg")
            .replace("bind :5432", "bind 127.0.0.1:" + postgresqlFront)
            .replace("bind :6379", "bind 127.0.0.1:" + redisFront);
    var haproxy = keep(RealHaproxy.with(folder, global + example).start());
    String settings =
        example("sidecar.yaml")
            .replace("port: 5432", "port: " + postgresqlPort)
            .replace("port: 6379", "port: " + redisPort);
    assertTrue(settings.contains(before), settings);
    Path file = folder.resolve("sidecar.yaml");
    Files.writeString(file, settings.replace(before, after));
    assertEquals(
        0, new ProcessBuilder("mkfifo", folder.resolve("serf.pipe").toString()).start().waitFor());
    sidecar = keep(new SidecarProcess(folder, haproxy).config(file).agent(agent));
    var _ = sidecar.start(ProcessBuilder.Redirect.to(folder.resolve("sidecar.log").toFile()));
    awaitRow("postgresql-primary", "a", "serving");
    awaitRow("redis-master", "a", "serving");
  }

  /** The block of code that follows this mark in the documentation. */
  private static String example(String name) throws IOException {
    Matcher block =
        Pattern.compile(
                "<!-- DatabasesIT: " + Pattern.quote(name) + " -->\n```\\w*\n(.*?)```",
                Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/pools.md")));
    assertTrue(block.find(), name);
    return block.group(1);
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  @Test
  void endsTheSessionsOfAnOldPrimaryOrLetsThemGoOn() throws Exception {
    startBalancer("", "");
    var cut = new Psql();
    var kept = new Redis();
    assertEquals(A, cut.ask());
    assertEquals("role:master", kept.role());
    promote();
    failOver();
    awaitRow("postgresql-primary", "b", "serving");
    awaitRow("redis-master", "b", "serving");
    awaitRow("postgresql-primary", "a", "parked");
    awaitRow("redis-master", "a", "draining");
    assertEquals(null, cut.ask(), "the session with the old primary");
    assertEquals("role:slave", kept.role(), "the session with the old master goes on");
    assertEquals(List.of(CUT), sidecar.events("cut"));
    assertEquals(1, sidecar.row("redis-master", "a").at("/sessions/current").asInt());
    assertEquals(B, new Psql().ask());
    assertEquals("role:master", new Redis().role());
    kept.close();
    awaitRow("redis-master", "a", "parked");
  }

  @Test
  void doesSoForTheOtherDatabaseTooAndNeverSendsItHttp() throws Exception {
    startBalancer(
        "    onRoleChange: cut\n  - backend: redis-master\n",
        "  - backend: redis-master\n    onRoleChange: cut\n    readiness: /health\n");
    var session = new Psql();
    var cut = new Redis();
    assertEquals(A, session.ask());
    assertEquals("role:master", cut.role());
    promote();
    failOver();
    awaitRow("postgresql-primary", "b", "serving");
    awaitRow("redis-master", "b", "serving");
    awaitRow("postgresql-primary", "a", "draining");
    assertEquals(A, session.ask(), "the session with the old primary goes on");
    assertEquals(null, cut.role(), "the session with the old master");
    assertEquals(List.of(CUT), sidecar.events("cut"));
    assertEquals(1, sidecar.row("postgresql-primary", "a").at("/sessions/current").asInt());
    assertEquals(B, new Psql().ask());
    assertEquals("role:master", new Redis().role());

    assertFalse(redisA.log().contains(ATTACK), redisA.log());
    assertFalse(redisB.log().contains(ATTACK), redisB.log());
    try (var http = new Socket(InetAddress.ofLiteral(B), redisPort)) {
      http.getOutputStream().write("GET /health HTTP/1.1\r\nHost: b\r\n\r\n".getBytes(US_ASCII));
      await().until(() -> redisB.log().contains(ATTACK));
    }
  }

  /** The standby becomes the primary, and the tags say so. */
  private void promote() throws Exception {
    String said = psql(B, postgresqlPort, "select pg_promote()").strip();
    assertEquals("t", said);
    a.cli("tags", "-set", "postgresql=standby");
    b.cli("tags", "-set", "postgresql=primary");
  }

  private void failOver() throws IOException {
    command(B, "replicaof no one");
    command(A, "replicaof " + B + " " + redisPort);
    a.cli("tags", "-set", "redis=replica");
    b.cli("tags", "-set", "redis=master");
  }

  private void command(String address, String command) throws IOException {
    try (var redis = new Redis(address, redisPort)) {
      assertEquals("+OK", redis.ask(command));
    }
  }

  private void awaitRow(String pool, String member, String state) {
    await(pool + " " + member + " " + state)
        .atMost(Duration.ofSeconds(60)) // PostgreSQL starts slowly on a busy machine
        .ignoreExceptions()
        .until(() -> row(pool, member), state::equals);
  }

  private String row(String pool, String member) throws IOException {
    return sidecar.row(pool, member).get("state").asText();
  }

  private static String psql(String address, int port, String statement) throws IOException {
    var psql =
        new ProcessBuilder(
                "psql", "-h", address, "-p", "" + port, "-U", "postgres", "-Atc", statement)
            .redirectErrorStream(true)
            .start();
    return new String(psql.getInputStream().readAllBytes(), UTF_8);
  }

  /** A client of PostgreSQL with one session through HAProxy. */
  private final class Psql implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    Psql() throws IOException {
      process =
          new ProcessBuilder(
                  "psql", "-h", "127.0.0.1", "-p", "" + postgresqlFront, "-U", "postgres", "-qAt")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      answers = process.inputReader();
      keep(this);
    }

    /** The address of the server; null if the session has ended. */
    @Nullable String ask() throws IOException {
      try {
        process.getOutputStream().write("select host(inet_server_addr());\n".getBytes(US_ASCII));
        process.getOutputStream().flush();
      } catch (IOException _) {
        return null;
      }
      return answers.readLine();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  /** A client of Redis with one session. */
  private final class Redis implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answers;

    Redis() throws IOException {
      this("127.0.0.1", redisFront);
    }

    Redis(String address, int port) throws IOException {
      socket = new Socket(InetAddress.ofLiteral(address), port);
      socket.setSoTimeout(10_000);
      answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      keep(this);
    }

    /** The first line of the answer; null if the session has ended. */
    @Nullable String ask(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
      try {
        return answers.readLine();
      } catch (SocketException _) {
        return null;
      }
    }

    @Nullable String role() throws IOException {
      for (String line = ask("info replication"); line != null; line = answers.readLine()) {
        if (line.startsWith("role:")) {
          return line;
        }
      }
      return null;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
