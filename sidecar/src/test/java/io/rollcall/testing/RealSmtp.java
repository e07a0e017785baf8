package io.rollcall.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A real SMTP server, Debian's Exim, on free ports of loopback: it takes mail by STARTTLS, or on
 * another port by TLS from the first byte, and login only ({@code ops}, {@code secret}), with a
 * certificate of its own making, and delivers into a folder.
 */
public final class RealSmtp implements AutoCloseable {
  private final Path folder;
  private final int port = FreePorts.one();
  private final int tlsPort = FreePorts.one();
  private Process process;

  /** A mail as it was delivered: headers by name in small letters, the last of each. */
  public record Received(Map<String, String> headers, String body) {
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Makes its files; nothing runs yet. */
  public RealSmtp() {
    try {
      // not a @TempDir: Exim delivers as a user without rights
      folder = Files.createTempDirectory("smtp-");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.createDirectory(mails());
      Files.setPosixFilePermissions(mails(), PosixFilePermissions.fromString("rwxrwxrwx"));
      Files.createDirectory(folder.resolve("spool"));
      Files.createDirectory(folder.resolve("log"));
      Files.writeString(folder.resolve("exim.conf"), configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        file("key.pem"),
        "-out",
        file("cert.pem"),
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1");
    run(
        System.getProperty("java.home") + "/bin/keytool",
        "-importcert",
        "-noprompt",
        "-storepass",
        "changeit",
        "-keystore",
        file("trust.p12"),
        "-file",
        file("cert.pem"));
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
  }

  /** Starts it, and returns when it answers. */
  public void start() {
    try {
      process =
          new ProcessBuilder("exim4", "-C", file("exim.conf"), "-bdf")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("out").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .failFast(() -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("exim ended: " + text("out") + text("log/paniclog"));
          }
        })
        .until(() -> {
          try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
          } catch (IOException _) {
            return false;
          }
        });
  }

  /** Kills it; mails that it has accepted stay. */
  public void stop() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  public int port() {
    return port;
  }

  public int tlsPort() {
    return tlsPort;
  }

  /** A key store with its certificate; the password is {@code changeit}. */
  public Path trustStore() {
    return folder.resolve("trust.p12");
  }

  /** All mails that were delivered, in the order of their arrival. */
  public List<Received> received() {
    try (Stream<Path> files = Files.list(mails().resolve("new"))) {
      return files.sorted().map(RealSmtp::read).toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  /** It has delivered all that it accepted. */
  public boolean idle() {
    try (Stream<Path> queue = Files.walk(folder.resolve("spool/input"))) {
      return queue.noneMatch(file -> file.toString().endsWith("-H"));
    } catch (IOException | UncheckedIOException _) {
      return false; // it works at it
    }
  }

  public List<String> subjects() {
    return received().stream().map(mail -> mail.header("subject")).toList();
  }

  @Override
  public void close() {
    stop();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Received read(Path file) {
    try {
      String[] parts = Files.readString(file, UTF_8).replaceAll("\r\n", "\n").split("\n\n", 2);
      var headers = new TreeMap<String, String>();
      for (String line : parts[0].replaceAll("\n[ \t]+", " ").split("\n", -1)) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      return new Received(headers, parts[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String configuration() {
    return """
    primary_hostname = localhost
    spool_directory = %1$s/spool
    log_file_path = %1$s/log/%%slog
    pid_file_path = %1$s/pid
    exim_user = %3$s
    exim_group = %3$s
    daemon_smtp_ports = %2$d : %4$d
    tls_on_connect_ports = %4$d
    local_interfaces = 127.0.0.1
    tls_certificate = %1$s/cert.pem
    tls_privatekey = %1$s/key.pem
    tls_advertise_hosts = *
    auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
    acl_smtp_mail = with_login
    acl_smtp_rcpt = anybody
    host_lookup =
    rfc1413_hosts =
    keep_environment =
    begin acl
    with_login:
      accept authenticated = *
      deny message = login first
    anybody:
      accept
    begin routers
    all:
      driver = accept
      transport = maildir
    begin transports
    maildir:
      driver = appendfile
      maildir_format
      directory = %1$s/mails
      user = mail
      group = mail
    begin authenticators
    plain:
      driver = plaintext
      public_name = PLAIN
      server_set_id = $auth2
      server_prompts = :
      server_condition = ${if and{{eq{$auth2}{ops}}{eq{$auth3}{secret}}}}
    begin retry
    * * F,1m,1s
    """
        .formatted(folder, port, System.getProperty("user.name"), tlsPort);
  }

  private Path mails() {
    return folder.resolve("mails");
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String text(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException _) {
      return "";
    }
  }

  private static void run(String... command) {
    try {
      var run = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(run.getInputStream().readAllBytes(), UTF_8);
      if (run.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
