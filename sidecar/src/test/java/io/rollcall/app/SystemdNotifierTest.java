package io.rollcall.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The datagrams as another process receives them on such a socket. */
class SystemdNotifierTest {
  private static final String RECEIVER =
      """
      use Socket;
      $ARGV[0] =~ s/^@/\\0/;
      socket(S, AF_UNIX, SOCK_DGRAM, 0) && bind(S, pack_sockaddr_un($ARGV[0])) or die $!;
      $| = 1;
      print "bound\\n";
      for (1 .. 2) { recv(S, my $text, 100, 0); print "$text\\n"; }
      """;

  @TempDir Path folder;

  @Test
  void saysThatTheServiceIsReadyAndAlive() throws Exception {
    receives(folder.resolve("notify").toString());
  }

  @Test
  void findsASocketInTheAbstractNamespace() throws Exception {
    receives("@" + folder);
  }

  private void receives(String socket) throws Exception {
    var receiver = new ProcessBuilder("perl", "-e", RECEIVER, socket).start();
    try (var printed = receiver.inputReader(UTF_8)) {
      assertEquals("bound", printed.readLine());
      var notifier =
          SystemdNotifier.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "30000000"));
      notifier.ready();
      notifier.alive();
      assertEquals("READY=1", printed.readLine());
      assertEquals("WATCHDOG=1", printed.readLine());
      assertEquals(Duration.ofSeconds(30), notifier.watchdog());
    } finally {
      receiver.destroyForcibly();
    }
  }

  @Test
  void isNotUsedOutsideOfSystemd() {
    assertNull(SystemdNotifier.of(Map.of()));
    assertNull(SystemdNotifier.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234")));
    assertNull(SystemdNotifier.of(Map.of("NOTIFY_SOCKET", "/" + "a".repeat(107))));
  }

  @Test
  void sendsNoSignOfLifeWhereNoneIsExpected() {
    assertNull(SystemdNotifier.of(Map.of("NOTIFY_SOCKET", "/s", "WATCHDOG_USEC", "-1")).watchdog());
  }
}
