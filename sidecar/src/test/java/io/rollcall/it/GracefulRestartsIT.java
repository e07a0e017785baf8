package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.rollcall.testing.Figures;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.SessionApp;
import io.rollcall.testing.Visitors;
import io.rollcall.testing.Visitors.Habit;
import io.rollcall.testing.Visitors.Visit;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three backends are restarted in turn, each as its own script does it, while 200 visitors that
 * keep their cookies ask 300 times a second.
 */
@Tag("image")
class GracefulRestartsIT {
  private static final int RESTARTS = Integer.getInteger("rollcall.restarts", 50);
  private static final int RATE = 300;
  private static final int SESSIONS = 200;
  private static final Duration TAKES = Duration.ofMillis(5);
  private static final List<String> NAMES = List.of("s1", "s2", "s3");

  /** A backend was out of rotation: from its maintenance, at the earliest, until it was back. */
  private record Absence(String name, Instant from, Instant to) {
    boolean during(Visit visit) {
      return !visit.ended().isBefore(from) && !visit.began().isAfter(to);
    }
  }

  /** A visitor was answered by another backend than the last time. */
  private record Move(Visit last, Visit next) {}

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final int port = FreePorts.one();
  private final Map<String, Integer> boots = new HashMap<>();
  private final Map<String, SessionApp> apps = new HashMap<>();
  private final List<Absence> absences = new ArrayList<>();
  private PipeBalancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new PipeBalancer(folder, Duration.ofMillis(500), Duration.ofMillis(200));
    NAMES.forEach(this::starts);
  }

  @AfterEach
  void end() {
    balancer.close();
    vertx.close().await();
  }

  @Test
  void losesNoRequestAndMovesASessionOnlyWhenItsBackendIsGone() throws IOException {
    try (var visitors = new Visitors(balancer.haproxy.httpPort())) {
      visitors.come(SESSIONS, Habit.KEEPS, Map.of());
      visitors.ask(RATE);
      await().until(() -> visitors.visits().size() > 2 * SESSIONS);
      int before = visitors.visits().size();
      var began = Instant.now();
      for (int i = 0; i < RESTARTS; i++) {
        String name = NAMES.get(i % NAMES.size());
        Instant gone = leaves(name);
        starts(name);
        absences.add(new Absence(name, gone, balancer.at(name, "serving")));
      }
      var took = Duration.between(began, Instant.now());
      long rate = (visitors.visits().size() - before) * 1000L / took.toMillis();
      judge(visitors.end(), took, rate);
    }
  }

  /**
   * As a backend does when it is told to stop: it says so, waits until it is drained, and ends.
   *
   * @return the earliest time at which it may have been in maintenance
   */
  private Instant leaves(String name) throws IOException {
    balancer.user("rollcall-drain", name, boot(name), "8000");
    balancer.member("member-update", name, address(name), tags(name, "draining"));
    balancer.awaitState(name, "parked");
    JsonNode parked = balancer.event(name, "parked");
    apps.remove(name).close();
    balancer.member("member-leave", name, address(name), tags(name, "draining"));
    long took = parked.get("tookMicros").asLong();
    return Instant.parse(parked.get("at").asText()).minus(took, ChronoUnit.MICROS);
  }

  /** As a backend does that starts: its agent is there first, and it says when it is ready. */
  private void starts(String name) {
    boots.merge(name, 1, Integer::sum);
    balancer.member("member-join", name, address(name), tags(name, "starting"));
    apps.put(name, new SessionApp(vertx, name, address(name), port, TAKES));
    balancer.user("rollcall-ready", name, boot(name));
    balancer.member("member-update", name, address(name), tags(name, "ready"));
    balancer.awaitState(name, "serving");
  }

  private void judge(List<Visit> visits, Duration took, long rate) {
    List<Move> moves = moves(visits);
    List<Move> causeless =
        moves.stream()
            .filter(move ->
                absences.stream()
                    .noneMatch(a -> a.name().equals(move.last().from()) && a.during(move.next())))
            .toList();
    LongSummaryStatistics out =
        absences.stream()
            .mapToLong(a -> Duration.between(a.from(), a.to()).toMillis())
            .summaryStatistics();
    Figures.tell(
        "graceful-restarts",
        List.of(
            "graceful restarts       %d of %d backends in turn, in %d ms"
                .formatted(absences.size(), NAMES.size(), took.toMillis()),
            "  out of rotation       %d to %d ms, mean %.0f"
                .formatted(out.getMin(), out.getMax(), out.getAverage()),
            "requests                %d of %d sessions, %d a second"
                .formatted(visits.size(), SESSIONS, rate),
            "failed                  " + Visitors.failures(visits),
            "moves of sessions       " + moves.size(),
            "  backend not gone      " + causeless.size()));
    assertEquals(Map.of(), Visitors.failures(visits));
    assertEquals(List.of(), causeless, "moved although their backend was there");
    assertTrue(rate > RATE * 9 / 10, "only " + rate + " requests a second");
    assertTrue(moves.size() >= RESTARTS, "nobody was on a backend that was restarted");
  }

  private static List<Move> moves(List<Visit> visits) {
    var moves = new ArrayList<Move>();
    var last = new HashMap<Integer, Visit>();
    for (Visit visit : visits) {
      Visit before = visit.ok() ? last.put(visit.visitor(), visit) : null;
      if (before != null && !before.from().equals(visit.from())) {
        moves.add(new Move(before, visit));
      }
    }
    return moves;
  }

  private String boot(String name) {
    return name + "-" + boots.get(name);
  }

  private String tags(String name, String state) {
    return "port=%d,boot=%s,state=%s".formatted(port, boot(name), state);
  }

  private static String address(String name) {
    return "127.0.0.4" + name.charAt(1);
  }
}
