package io.rollcall.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.Figures;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.Load;
import io.rollcall.testing.RealHaproxy;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rollcall beside the configuration of a company: three frontends, five backends, of which it
 * manages two. Under a constant load members join and leave, and HAProxy is reloaded.
 *
 * <p>As root HAProxy has the configuration's {@code chroot} and user, else not.
 */
@Tag("haproxy")
class CompanyConfigurationIT {
  /** Joins, and as many leaves; the numbers of the documentation are 200 and 20. */
  private static final int JOINS = Integer.getInteger("rollcall.company.joins", 40);

  private static final int RELOADS = Integer.getInteger("rollcall.company.reloads", 5);

  /** Members of one pool that come and go together; two more stay. */
  private static final int TOGETHER = 4;

  private static final Map<String, String> POOLS = Map.of("shop", "be_shop", "api", "be_api");

  /** Columns of {@code show stat} that count or measure nothing. */
  private static final Set<String> SETTLED =
      Set.of(
          ("pxname svname slim status weight act bck qlimit iid sid tracked type rate_lim check_status"
                  + " check_code check_rise check_fall check_health agent_status agent_code agent_rise"
                  + " agent_fall agent_health addr cookie mode algo")
              .split(" "));

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final Map<String, HttpServer> apps = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private RealHaproxy haproxy;
  private SidecarProcess sidecar;
  private String configuration;

  @BeforeEach
  void start() throws Exception {
    certificate();
    Files.createDirectory(folder.resolve("chroot"));
    Files.createDirectory(folder.resolve("errors"));
    Files.writeString(
        folder.resolve("errors/503.http"),
        "HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/html\r\n\r\nsorry\r\n");
    configuration = configuration();
    for (String name : List.of("sorry", "sorry2", "static1", "static2", "static3", "db1", "db2")) {
      app(name, "127.0.0.1", port(name), false);
    }
    app("legacy", "127.0.0.1", port("legacy"), false);
    agent("127.0.0.1");
    haproxy = RealHaproxy.with(folder, configuration).startMaster();
    run("mkfifo", folder.resolve("serf.pipe").toString());
    sidecar =
        new SidecarProcess(folder, haproxy)
            .with("SIDECAR_HAPROXY_CONFIG", folder.resolve("haproxy.cfg").toString())
            .with("SIDECAR_HAPROXY_POLL", "1s");
    int pool = 0;
    for (var each : POOLS.entrySet()) {
      String key = "SIDECAR_POOLS_" + pool++ + "_";
      sidecar =
          sidecar
              .with(key + "BACKEND", each.getValue())
              .with(key + "MATCH", "role=" + each.getKey())
              .with(key + "PORT", String.valueOf(port(each.getKey())))
              .with(key + "READINESS", "off")
              .with(key + "DRAINTIMEOUT", "2s")
              .with(key + "SESSIONIDLE", "200ms");
    }
  }

  @AfterEach
  void end() {
    sidecar.close();
    haproxy.close();
    vertx.close().await();
  }

  @Test
  void losesNoRequestAndChangesNothingButTheSlots() throws Exception {
    await().atMost(Duration.ofSeconds(15)).until(() -> othersChecked());
    List<String> before = othersState();
    var _ = sidecar.start(ProcessBuilder.Redirect.to(folder.resolve("sidecar.log").toFile()));
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreException(ConnectException.class)
        .until(() -> sidecar.get("/readyz").statusCode() == 200);
    join(members(0, 2));
    var keep = new HttpClientOptions().setKeepAliveTimeout(1);
    var tls = new HttpClientOptions(keep).setSsl(true).setTrustAll(true).setVerifyHost(false);
    var once = new HttpClientOptions().setKeepAlive(false);
    try (var shop = new Load(tls, "127.0.0.1", port("https"), 25, 5);
        var partner = new Load(keep, "127.0.0.1", port("partner"), 25, 5);
        var database = new Load(once, "127.0.0.1", port("database"), 10, 5)) {
      var loads = Map.of("shop", shop, "partner", partner, "database", database);
      await().until(() -> loads.values().stream().allMatch(load -> load.answered() > 20));
      long began = System.nanoTime();
      comeAndGo();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      judge(loads, took);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertEquals(before, othersState()));
    assertEquals(configuration, Files.readString(folder.resolve("haproxy.cfg")));
    assertEquals(List.of(), stateFileOfOthers());
    assertEquals("in-sync", sidecar.state(), sidecar::toString);
  }

  /** Rounds in which members of both pools come and go; the reloads are spread over them. */
  private void comeAndGo() throws Exception {
    int rounds = JOINS / (2 * TOGETHER);
    for (int round = 0; round < rounds; round++) {
      boolean reload = (round + 1) * RELOADS / rounds > round * RELOADS / rounds;
      List<String> some = members(2, 2 + TOGETHER);
      some.forEach(this::comes);
      if (reload && round % 2 == 0) {
        haproxy.reloadByMaster();
      }
      awaitState(some, "serving");
      some.forEach(name -> write("member-leave", name));
      if (reload && round % 2 == 1) {
        haproxy.reloadByMaster();
      }
      awaitState(some, "parked");
      awaitReload();
      some.forEach(name -> apps.remove(name).shutdown(5, TimeUnit.SECONDS).await());
    }
  }

  /**
   * A member that asks whether it may stop is told to wait while an old worker of a reload runs,
   * which takes one more request of each client that is connected to it. A new worker may have
   * started with the state file of a moment before: it is waited for too.
   */
  private void awaitReload() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          JsonNode status = sidecar.status();
          return status.at("/haproxy/pid").asLong() == haproxy.pid()
              && status.at("/haproxy/oldWorkers").isEmpty()
              && status.at("/balancer/state").asText().equals("in-sync");
        });
  }

  private void judge(Map<String, Load> loads, Duration took) {
    var lines = new ArrayList<String>();
    lines.add(
        "beside a company's configuration: %d joins, %d leaves and %d reloads in %d ms"
            .formatted(JOINS, JOINS, RELOADS, took.toMillis()));
    var failures = new TreeMap<String, Map<String, Long>>();
    for (var load : loads.entrySet()) {
      List<Load.Outcome> outcomes = load.getValue().end();
      for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST)) {
        Map<String, Long> failed = Load.failures(outcomes, method);
        lines.add(
            "  %-8s %-4s %6d requests, failed %s"
                .formatted(
                    load.getKey(),
                    method,
                    outcomes.stream().filter(o -> o.method().equals(method)).count(),
                    failed));
        failures.put(load.getKey() + " " + method, failed);
      }
    }
    Figures.tell("company-configuration", lines);
    failures.values().removeIf(Map::isEmpty);
    assertEquals(Map.of(), failures);
  }

  // ---- members

  private static List<String> members(int from, int to) {
    return POOLS.keySet().stream()
        .sorted()
        .flatMap(pool -> IntStream.range(from, to).mapToObj(n -> pool + n))
        .toList();
  }

  private void join(List<String> names) {
    names.forEach(this::comes);
    awaitState(names, "serving");
  }

  private void comes(String name) {
    app(name, address(name), port(pool(name)), pool(name).equals("shop"));
    if (pool(name).equals("api") && !ports.containsKey("agent of " + name)) {
      agent(address(name));
      ports.put("agent of " + name, port("agent_port"));
    }
    write("member-join", name);
  }

  private void write(String event, String name) {
    String line =
        "%s\t%s\t%s\t%s\trole=%s\n".formatted(event, name, address(name), pool(name), pool(name));
    try {
      Files.writeString(folder.resolve("serf.pipe"), line, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitState(List<String> names, String state) {
    await(names + " " + state)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .ignoreException(ConnectException.class)
        .until(() -> states(names), names.stream().map(_ -> state).toList()::equals);
  }

  private List<String> states(List<String> names) throws IOException {
    var states = new HashMap<String, String>();
    for (JsonNode pool : sidecar.status().get("pools")) {
      for (JsonNode row : pool.get("members")) {
        states.put(row.get("name").asText(), row.get("state").asText());
      }
    }
    return names.stream().map(name -> states.getOrDefault(name, "absent")).toList();
  }

  private static String pool(String name) {
    return name.replaceAll("\\d", "");
  }

  private static String address(String name) {
    return "127.0."
        + (pool(name).equals("shop") ? 2 : 3)
        + "."
        + (10 + name.charAt(name.length() - 1) - '0');
  }

  // ---- applications

  private void app(String name, String address, int port, boolean tls) {
    var options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
    if (tls) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setKeyPath(folder.resolve("key.pem").toString())
                  .setCertPath(folder.resolve("ca.pem").toString()));
    }
    apps.put(
        name,
        vertx
            .createHttpServer(options)
            .requestHandler(request -> answer(name, request))
            .listen(port, address)
            .await());
  }

  /** Its check answers only to the name of its site. */
  private static void answer(String name, HttpServerRequest request) {
    String host = request.authority() == null ? "" : request.authority().host();
    boolean unknown = request.path().equals("/ping") && !host.endsWith(".example.com");
    var _ =
        request
            .response()
            .setStatusCode(unknown ? 404 : 200)
            .putHeader("x-backend-ip", name)
            .end("hello");
  }

  /** The agent on a machine: it has its say about the weight of its server. */
  private void agent(String address) {
    var _ =
        vertx
            .createNetServer()
            .connectHandler(socket -> {
              var _ = socket.end(Buffer.buffer("up 75%\n"));
            })
            .listen(port("agent_port"), address)
            .await();
  }

  // ---- what is not Rollcall's

  private boolean othersChecked() {
    return rows("show stat").stream()
        .filter(row -> row.get("svname").matches("static[12]|legacy|db\\d"))
        .noneMatch(row -> row.get("check_status").matches("\\*.*|INI|"));
  }

  /** The state of all that is not a slot of a pool, line by line. */
  private List<String> othersState() {
    Stream<String> stats =
        rows("show stat").stream()
            .filter(row -> !isOfPool(row.get("pxname"), row.get("svname")))
            .map(row -> {
              row.keySet().retainAll(SETTLED);
              return "stat " + row;
            });
    Stream<String> servers =
        rows("show servers state").stream()
            .filter(row -> !isSlot(row.get("be_name"), row.get("srv_name")))
            .map(row -> {
              row.remove("srv_time_since_last_change");
              // whether a check runs at this moment
              row.computeIfPresent(
                  "srv_check_state", (_, state) -> String.valueOf(Integer.parseInt(state) & ~1));
              row.computeIfPresent(
                  "srv_agent_state", (_, state) -> String.valueOf(Integer.parseInt(state) & ~1));
              return "server " + row;
            });
    return Stream.concat(stats, servers).toList();
  }

  /** The row of a pool itself counts its slots. */
  private static boolean isOfPool(String proxy, String server) {
    return isSlot(proxy, server) || (POOLS.containsValue(proxy) && server.equals("BACKEND"));
  }

  private static boolean isSlot(String proxy, String server) {
    return POOLS.containsValue(proxy) && server.matches("(shop|api)\\d");
  }

  private List<String> stateFileOfOthers() throws IOException {
    return Files.readAllLines(haproxy.stateFile()).stream()
        .filter(line -> !line.equals("1") && !line.startsWith("#"))
        .map(line -> line.split(" ", -1))
        .filter(fields -> !isSlot(fields[1], fields[3]))
        .map(fields -> String.join(" ", fields))
        .toList();
  }

  /** The rows that a command prints, each by the names of its columns. */
  private List<Map<String, String>> rows(String command) {
    List<String> lines =
        haproxy.cli(command).lines().filter(line -> !line.equals("1") && !line.isBlank()).toList();
    String separator = command.equals("show stat") ? "," : " ";
    String[] names = lines.getFirst().substring(2).split(separator, -1);
    return lines.stream()
        .skip(1)
        .map(line -> {
          String[] values = line.split(separator, -1);
          Map<String, String> row = new TreeMap<>();
          for (int i = 0; i < names.length; i++) {
            row.put(names[i], values[i]);
          }
          return row;
        })
        .toList();
  }

  // ---- files

  private int port(String name) {
    return ports.computeIfAbsent(name, _ -> FreePorts.one());
  }

  /** With addresses and directories of this test. */
  private String configuration() throws IOException {
    String text = Files.readString(Path.of("src/test/resources/company/haproxy.cfg"));
    text =
        text.replace("${LB_DIR}", folder.toString())
            .replace("${LB_AGENT_PORT}", String.valueOf(port("agent_port")))
            .replace("${LB_API_PORT}", String.valueOf(port("api")));
    var variable = Pattern.compile("\\$\\{LB_([A-Z0-9]+)}");
    text =
        variable
            .matcher(text)
            .replaceAll(found -> "127.0.0.1:" + port(found.group(1).toLowerCase(Locale.ROOT)));
    return System.getProperty("user.name").equals("root")
        ? text
        : text.replaceAll("(?m)^    (chroot|user|group) .*\n", "");
  }

  private void certificate() throws Exception {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("ca.pem");
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString(),
        "-subj",
        "/CN=shop.example.com",
        "-addext",
        "subjectAltName=DNS:shop.example.com");
    Files.writeString(
        folder.resolve("site.pem"), Files.readString(certificate) + Files.readString(key));
  }

  private static void run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + output);
  }
}
