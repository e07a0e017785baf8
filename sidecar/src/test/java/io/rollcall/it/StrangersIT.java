package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.Figures;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers with the address of the health probe use port 9999 as much as they can, of a sidecar
 * with the memory of the service and 1,024 file descriptors. Prints what it measures.
 */
@Timeout(120)
final class StrangersIT {
  private static final int PROBES = 60;
  private static final long MAX_MEDIAN_MILLIS = 100;
  private static final long MAX_LOG_BYTES = 10_000;
  private static final long MAX_RESIDENT_KIB = 260_000;

  @TempDir Path folder;

  private RealHaproxy haproxy;
  private SidecarProcess sidecar;
  private Process process;
  private Path log;
  private Path pipe;

  @BeforeEach
  void start() throws Exception {
    haproxy = RealHaproxy.in(folder, 4).start();
    sidecar = new SidecarProcess(folder, haproxy).asService(1024);
    log = folder.resolve("sidecar.log");
    pipe = folder.resolve("serf.pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    process = sidecar.start(ProcessBuilder.Redirect.to(log.toFile()));
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> sidecar.get("/readyz").statusCode() == 200);
  }

  @AfterEach
  void end() {
    sidecar.close();
    haproxy.close();
  }

  /**
   * Connections that send the same bytes and hardly read; one that is closed is opened again, if it
   * sends any.
   */
  private final class Strangers implements AutoCloseable {
    private final byte[] bytes;
    private final List<Stranger> all = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Thread thread;

    private record Stranger(SocketChannel socket, ByteBuffer unsent) {}

    Strangers(int count, String request) throws IOException {
      bytes = request.getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < count; i++) {
        all.add(open());
      }
      thread = Thread.ofPlatform().daemon().start(this::keep);
    }

    private Stranger open() throws IOException {
      var socket = SocketChannel.open();
      socket.configureBlocking(false);
      socket.socket().setReceiveBufferSize(4096);
      var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), sidecar.port());
      boolean connected = socket.connect(address);
      var stranger = new Stranger(socket, ByteBuffer.wrap(bytes));
      return connected ? sent(stranger) : stranger;
    }

    private static Stranger sent(Stranger stranger) throws IOException {
      int written =
          stranger.unsent().hasRemaining() ? stranger.socket().write(stranger.unsent()) : 0;
      return written < 0 ? throwing() : stranger;
    }

    private static Stranger throwing() throws IOException {
      throw new IOException("closed");
    }

    /** Looks at no more than 2,000 of them a second, and reads a byte of each then. */
    private void keep() {
      var one = ByteBuffer.allocate(1);
      for (int i = 0; !ended.get(); i = (i + 1) % all.size()) {
        Stranger stranger = all.get(i);
        try {
          if (!stranger.socket().isConnectionPending() || stranger.socket().finishConnect()) {
            var _ = sent(stranger);
            if (stranger.socket().read(one.clear()) < 0) {
              var _ = throwing();
            }
          }
        } catch (IOException _) {
          if (bytes.length > 0) {
            reopen(i);
          }
        }
        if (i % 20 == 0) {
          LockSupport.parkNanos(10_000_000);
        }
      }
    }

    private void reopen(int i) {
      try {
        all.get(i).socket().close();
        all.set(i, open());
      } catch (IOException _) {
        // tried again in its next turn
      }
    }

    @Override
    public void close() throws IOException {
      ended.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (Stranger stranger : all) {
        stranger.socket().close();
      }
    }
  }

  @Test
  void answersProbesBeside10000IdleConnections() throws Exception {
    try (var _ = new Strangers(10_000, "")) {
      measure("10,000 idle connections");
    }
  }

  @Test
  void answersProbesBeside1000SlowReaders() throws Exception {
    try (var _ = new Strangers(1_000, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".repeat(50))) {
      measure("1,000 slow readers");
    }
  }

  @Test
  void answersProbesBeside200ConnectionsOf2000PipelinedRequests() throws Exception {
    try (var _ = new Strangers(200, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2_000))) {
      measure("200 x 2,000 pipelined /metrics");
    }
  }

  @Test
  void logsLittleOfWhatStrangersSend() throws Exception {
    String bad =
        "BREW / HTTP/1.1\r\nHost: a\r\n\r\nGET /%zz HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20)
            + "\0\1\2\r\n\r\n";
    long before = Files.size(log);
    try (var _ = new Strangers(100, bad)) {
      for (int i = 0; i < PROBES; i++) {
        try (var probe = new TestClient(sidecar.port())) {
          assertEquals(200, probe.get("/healthz").statusCode());
        }
      }
    }
    assertTrue(Files.size(log) - before < MAX_LOG_BYTES, () -> read(log));
  }

  private void measure(String attack) throws Exception {
    long logBefore = Files.size(log);
    List<Long> micros = new ArrayList<>();
    int failed = 0;
    try (var app = new AppServer("one")) {
      long joined = move(app, "member-join", "UP");
      long left = move(app, "member-leave", "MAINT");
      for (int i = 0; i < PROBES; i++) {
        long began = System.nanoTime();
        try (var probe = new TestClient(sidecar.port())) {
          failed += probe.get("/healthz").statusCode() == 200 ? 0 : 1;
        } catch (IOException _) {
          failed++;
        }
        micros.add((System.nanoTime() - began) / 1_000);
      }
      micros.sort(null);
      long median = micros.get(PROBES / 2) / 1_000;
      long resident = resident();
      long logged = Files.size(log) - logBefore;
      Figures.tell(
          "strangers-" + attack.replaceAll("[^0-9a-z]+", "-"),
          List.of(
              "%s: /healthz %d ms at the median, %d ms at most, %d of %d failed; join %d ms, leave"
                      .formatted(attack, median, micros.getLast() / 1_000, failed, PROBES, joined)
                  + " %d ms; %d MiB resident; %d bytes logged"
                      .formatted(left, resident / 1024, logged)));
      assertTrue(process.isAlive(), () -> read(log));
      assertEquals(0, failed);
      assertTrue(median < MAX_MEDIAN_MILLIS, median + " ms");
      assertTrue(resident < MAX_RESIDENT_KIB, resident + " KiB");
      assertTrue(logged < MAX_LOG_BYTES, () -> read(log));
    }
  }

  /** Writes a line of the pipe; the milliseconds until HAProxy has the state. */
  private long move(AppServer app, String event, String state) throws IOException {
    long began = System.nanoTime();
    String tags = "role=backend,port=" + app.port();
    String line = String.join("\t", event, "s1", app.address(), "backend", tags) + "\n";
    Files.writeString(pipe, line, StandardOpenOption.WRITE);
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> haproxy.status("nodes", "slot1"), state::equals);
    return Duration.ofNanos(System.nanoTime() - began).toMillis();
  }

  private long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static String read(Path file) {
    try {
      String text = Files.readString(file);
      return text.substring(Math.max(0, text.length() - 4_000));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
