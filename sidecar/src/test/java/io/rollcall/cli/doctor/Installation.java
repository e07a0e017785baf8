package io.rollcall.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.rollcall.testing.AppServer;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has who did everything right: the installed HAProxy with an own configuration, a
 * Serf agent with a handler, one backend in the cluster with its application, a FIFO, settings. A
 * test edits one of them, starts HAProxy, and examines it.
 */
final class Installation implements AutoCloseable {
  static final String KEY = "a-key-of-the-agent";

  private final Path folder;
  private final boolean root = System.getProperty("user.name").equals("root");
  final String user = root ? "nobody" : System.getProperty("user.name");
  final String group;
  final AppServer app = new AppServer("web1");
  final RealSerf agent;
  private final RealSerf member;
  final Map<String, String> environment = new HashMap<>();
  final int pagePort = FreePorts.one();
  private final int httpPort = FreePorts.one();
  private @Nullable RealSerf open;
  private @Nullable Process haproxy;
  private @Nullable ServerSocket taken;
  private @Nullable Process holder;

  Installation(Path folder) throws IOException {
    this.folder = folder;
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    group = ServiceUser.primaryGroup(ServiceUser.named(user));
    agent =
        RealSerf.named("lb1")
            .tag("role", "balancer")
            .rpcAuth(KEY)
            .with("-event-handler=/bin/true")
            .start();
    member =
        RealSerf.named("web1")
            .tag("role", "web")
            .tag("port", String.valueOf(app.port()))
            .join(agent)
            .start();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> agent.cli("members", "-status=alive").contains("web1"));
    makeRight();
  }

  Path config() {
    return folder.resolve("haproxy.cfg");
  }

  Path settings() {
    return folder.resolve("sidecar.yaml");
  }

  Path socket() {
    return folder.resolve("admin.sock");
  }

  Path pipe() {
    return folder.resolve("serf.pipe");
  }

  /** A program goes on with the FIFO of before, as an agent that nobody restarted. */
  void recreatePipeWhileItIsOpen() throws IOException {
    holder =
        new ProcessBuilder("sh", "-c", "exec 9<>%s; echo; exec sleep 600".formatted(pipe()))
            .start();
    int _ = holder.getInputStream().read(); // it is open now
    run("rm %1$s; mkfifo -m 660 %1$s && chgrp %2$s %1$s".formatted(pipe(), group));
  }

  void closePipe() {
    if (holder != null) {
      holder.destroyForcibly().onExit().join();
      holder = null;
    }
  }

  Path stateFile() {
    return folder.resolve("proxy/server-state");
  }

  /** Another program has the port of the status page until everything is right again. */
  void takePort() throws IOException {
    taken = new ServerSocket(pagePort, 1, InetAddress.getLoopbackAddress());
  }

  /** Sets a tag of the backend, by default that of its application, and waits for the agent. */
  void tagMember(String tag, String value) {
    String wanted = value.isEmpty() ? String.valueOf(app.port()) : value;
    member.cli("tags", "-set", tag + "=" + wanted);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> agent.cli("members", "-name=web1").contains(tag + "=" + wanted));
  }

  /** Writes a file with a secret, which the user of the sidecar and nobody else can read. */
  Path secret(String text) throws IOException {
    Files.writeString(secretFile(), text + "\n");
    run("chgrp %s %s && chmod 640 %s".formatted(group, secretFile(), secretFile()));
    return secretFile();
  }

  Path secretFile() {
    return folder.resolve("secret");
  }

  /** The RPC of an agent that requires no key. */
  String openRpc() {
    if (open == null) {
      open = RealSerf.named("lb2").tag("role", "balancer").with("-event-handler=/bin/true").start();
    }
    return "127.0.0.1:" + open.rpcPort();
  }

  Path stateDir() {
    return folder.resolve("state");
  }

  /** Back to what is right, with HAProxy stopped. */
  void makeRight() throws IOException {
    stopHaproxy();
    closePipe();
    if (taken != null) {
      taken.close();
    }
    environment.clear();
    environment.put("SIDECAR_SERF_AUTHKEY", KEY);
    environment.put("HAPROXY", RealHaproxy.PROGRAM);
    Files.deleteIfExists(pipe());
    run("mkfifo -m 660 %s && chgrp %s %s".formatted(pipe(), group, pipe()));
    run(
        "rm -rf %s; install -d -m 750 %s %s"
            .formatted(stateDir(), root ? "-o " + user : "", stateDir()));
    run(
        "rm -rf %1$s/proxy; install -d -m 2775 -g %2$s %1$s/proxy; printf '1\\n' >%1$s/proxy/server-state"
            .formatted(folder, group));
    Files.writeString(config(), rightConfig());
    Files.writeString(settings(), rightSettings());
  }

  /** As it was before Rollcall: nothing in HAProxy's configuration, and few settings. */
  void makeBare() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path backup : files.filter(file -> file.toString().contains(".before-")).toList()) {
        Files.delete(backup);
      }
    }
    List<String> ours =
        List.of(
            "stats socket " + socket(),
            "hard-stop-after",
            "option httpchk",
            "cookie LB",
            "dynamic-",
            "stick",
            "load-server-state",
            "default-server",
            "server-template",
            "option redispatch");
    Files.write(
        config(),
        Files.readAllLines(config()).stream()
            .filter(line -> ours.stream().noneMatch(line.strip()::startsWith))
            .toList());
    Files.writeString(
        settings(),
        Files.readString(settings())
            .replaceFirst("(?s)haproxy:.*?state:", "state:")
            .replace("    port: 8000\n", ""));
  }

  private String rightSettings() {
    return """
    http:
      host: 127.0.0.1
      port: %d
      token: 0123456789abcdef
    serf:
      pipe: %s
      rpc: 127.0.0.1:%d
    haproxy:
      socket: %s
      stateFile: %s/proxy/server-state
    state:
      dir: %s
    pools:
      - backend: app
        match:
          role: web
        port: 8000
    """
        .formatted(pagePort, pipe(), agent.rpcPort(), socket(), folder, stateDir());
  }

  private String rightConfig() {
    return """
    # the configuration of a small company
    global
        stats socket %s mode 660 level admin group %s
        stats socket %s/reader.sock mode 660 level operator
        maxconn 4096
        hard-stop-after 1h
        server-state-file %s/proxy/server-state

    defaults
        mode http
        timeout connect 1s
        timeout client 30s
        timeout server 30s
        option redispatch 1
        retries 3

    frontend www
        bind 127.0.0.1:%d
        use_backend images if { path_beg /images }
        default_backend app

    backend images
        server files 127.0.0.1:9

    backend app
        balance leastconn
        option httpchk GET /health
        cookie LB insert indirect nocache httponly dynamic
        dynamic-cookie-key "${COOKIE_KEY-0123456789abcdef}"
        stick-table type string len 40 size 100k expire 30m srvkey addr
        stick store-request req.cook(NODESESSID),sha1,hex
        stick store-response res.cook(NODESESSID),sha1,hex
        load-server-state-from-file global
        default-server check inter 200ms
        server-template slot 1-4 slot.invalid:1 init-addr last,192.0.2.1 disabled
    """
        .formatted(socket(), group, folder, folder, httpPort);
  }

  /** Replaces text in HAProxy's configuration, which must be there. */
  void config(String text, String by) {
    edit(config(), text, by);
  }

  /** The same in the settings. */
  void settings(String text, String by) {
    edit(settings(), text, by);
  }

  private static void edit(Path file, String text, String by) {
    try {
      String before = Files.readString(file);
      if (!before.contains(text)) {
        throw new AssertionError(file + " lacks " + text);
      }
      Files.writeString(file, before.replace(text, by));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts HAProxy, which may refuse its configuration, and examines everything. */
  List<Diagnosis> examine() {
    startHaproxy();
    return new Examination(settings(), config(), environment, user).run();
  }

  /** Does what the cure says; a cure in words is not followed. */
  void follow(Cure cure) throws IOException {
    switch (cure.place()) {
      case RUN -> {
        String commands =
            cure.text()
                .lines()
                .filter(line -> !line.startsWith("systemctl "))
                .collect(Collectors.joining("\n"));
        run(commands.isEmpty() ? ":" : commands);
      }
      case ADD -> insert(cure.target(), cure.text());
      case REPLACE -> {
        var lines = new ArrayList<>(Files.readAllLines(config()));
        lines.set(Integer.parseInt(cure.target()) - 1, "    " + cure.text());
        Files.write(config(), lines);
      }
      case SETTING -> set(cure.text());
      case DO -> throw new AssertionError("not a text to paste: " + cure);
    }
  }

  private void insert(String section, String text) throws IOException {
    var lines = new ArrayList<>(Files.readAllLines(config()));
    int at = lines.indexOf(section);
    if (at < 0) {
      throw new AssertionError("no section " + section);
    }
    lines.addAll(at + 1, text.indent(4).lines().toList());
    Files.write(config(), lines);
  }

  /** Sets the last value of the text, by its path, in the environment: it overrides the file. */
  private void set(String yaml) {
    var path = new TreeMap<Integer, String>();
    for (String line : yaml.lines().toList()) {
      int indent =
          line.length() - line.stripLeading().length() + (line.strip().startsWith("- ") ? 2 : 0);
      path.tailMap(indent, true).clear();
      String[] pair = line.strip().replaceFirst("^- ", "").split(":\\s*", 2);
      path.put(indent, pair[0]);
      if (!pair[1].isEmpty()) {
        String key =
            String.join("_", path.values()).toUpperCase(Locale.ROOT).replace("POOLS_", "POOLS_0_");
        boolean tag = key.contains("_MATCH_");
        environment.put(
            "SIDECAR_" + key.replaceFirst("_MATCH_.*", "_MATCH"),
            tag ? pair[0] + "=" + pair[1] : pair[1]);
      }
    }
  }

  void run(String script) {
    try {
      var builder = new ProcessBuilder("sh", "-e", "-c", script).redirectErrorStream(true);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(script + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void startHaproxy() {
    stopHaproxy();
    try {
      var builder =
          new ProcessBuilder(RealHaproxy.PROGRAM, "-db", "-f", config().toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("haproxy.log").toFile());
      builder.environment().putAll(environment);
      Process started = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
      haproxy = started;
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !started.isAlive() || listens());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean listens() {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(folder.resolve("reader.sock")));
    } catch (IOException _) {
      return false;
    }
  }

  private void stopHaproxy() {
    if (haproxy != null) {
      haproxy.destroyForcibly().onExit().join();
    }
    try {
      Files.deleteIfExists(socket());
      Files.deleteIfExists(folder.resolve("reader.sock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stopHaproxy();
    if (open != null) {
      open.close();
    }
    member.close();
    agent.close();
    app.close();
  }
}
