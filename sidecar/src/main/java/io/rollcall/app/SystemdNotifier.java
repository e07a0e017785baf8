package io.rollcall.app;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.logging.Logfmt;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol of {@code sd_notify(3)}: datagrams to the Unix socket in {@code NOTIFY_SOCKET}. The
 * JDK has no datagram sockets of the Unix domain, so the three functions of the C library are
 * called directly. Used on one thread; a send never blocks.
 */
final class SystemdNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);

  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_DONTWAIT = 0x40;

  /** The size of {@code sun_path}: a longer name cannot be an address. */
  private static final int LONGEST_PATH = 108;

  private final byte[] path;
  private final @Nullable Duration watchdog;

  private SystemdNotifier(byte[] path, @Nullable Duration watchdog) {
    this.path = path;
    this.watchdog = watchdog;
  }

  /** A notifier for the socket that systemd gave the service; null outside of such a service. */
  static @Nullable SystemdNotifier of(Map<String, String> environment) {
    String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    byte[] path = socket.getBytes(UTF_8);
    boolean local = socket.startsWith("/") || socket.startsWith("@");
    if (!local || path.length >= LONGEST_PATH) {
      return null;
    }
    if (path[0] == '@') {
      path[0] = 0; // a name in the abstract namespace
    }
    return new SystemdNotifier(path, watchdog(environment.getOrDefault("WATCHDOG_USEC", "")));
  }

  private static @Nullable Duration watchdog(String micros) {
    return micros.matches("[1-9][0-9]{0,14}")
        ? Duration.ofNanos(Long.parseLong(micros) * 1_000)
        : null;
  }

  /** How often systemd expects a sign of life; null if it expects none. */
  @Nullable Duration watchdog() {
    return watchdog;
  }

  /** The start of the service is complete. */
  void ready() {
    send("READY=1");
  }

  /** A sign of life. */
  void alive() {
    send("WATCHDOG=1");
  }

  private void send(String text) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(2 + LONGEST_PATH, 2);
      address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
      MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
      byte[] bytes = text.getBytes(UTF_8);
      MemorySegment message = arena.allocate(bytes.length);
      MemorySegment.copy(bytes, 0, message, ValueLayout.JAVA_BYTE, 0, bytes.length);
      // an abstract name has no terminating zero, so the length of the address counts
      int length = 2 + path.length + (path[0] == 0 ? 0 : 1);
      int socket = (int) CLibrary.SOCKET.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      long sent =
          (long)
              CLibrary.SENDTO.invokeExact(
                  socket, message, (long) bytes.length, MSG_DONTWAIT, address, length);
      var _ = (int) CLibrary.CLOSE.invokeExact(socket);
      if (sent != bytes.length) {
        LOG.warn("{}", Logfmt.of("systemd-notification-failed").with("text", text));
      }
    } catch (Throwable e) {
      LOG.warn("{}", Logfmt.of("systemd-notification-failed").with("text", text), e);
    }
  }

  /** Linked at the first notification, and only under systemd: that takes some milliseconds. */
  private static final class CLibrary {
    private static final Linker LINKER = Linker.nativeLinker();
    static final MethodHandle SOCKET =
        link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle SENDTO =
        link(
            "sendto",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private CLibrary() {}

    @SuppressWarnings("restricted") // the manifest of the jar permits native access
    private static MethodHandle link(String name, FunctionDescriptor signature) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), signature);
    }
  }
}
