package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.DrainAnswer;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.AgentSecurity;
import io.rollcall.core.model.Announcement.AnnouncementType;
import io.rollcall.core.model.Announcement.Incarnation;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealSerf;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shell uses of Serf: a pipe and a real agent behind one port. */
final class SerfMembersIT extends SerfFixture {
  private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

  @TempDir Path folder;
  private final List<MemberInput> inputs = new CopyOnWriteArrayList<>();
  private final List<Incarnation> asked = new CopyOnWriteArrayList<>();
  private final List<List<Integer>> counted = new CopyOnWriteArrayList<>();
  private Path pipe;

  @BeforeEach
  void makeThePipe() throws Exception {
    pipe = folder.resolve("serf.pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
  }

  @Test
  void reportsEachLineOfThePipeAsWhatItMeans() throws Exception {
    var members = started(null);
    await().until(() -> inputs.contains(new MemberInput.PipeOpened()));
    Files.writeString(
        pipe,
        """
        member-join\ts1\t127.0.0.1\tbackend\tboot=b1,role=backend
        member-failed\ts1\t127.0.0.1\t\t
        member-reap\ts1\t127.0.0.1\t\t
        resync
        nonsense
        user\trollcall-ready\t1\ts1\\tb1
        user\trollcall-drain\t2\ts1\\tb1\\t8000
        user\trollcall-drain\t3\ts1
        user\tdeploy\t4\tv1
        """,
        UTF_8);
    var run = new Incarnation("s1", "b1");
    var expected =
        List.of(
            new MemberInput.PipeOpened(),
            new MemberInput.MemberSeen(
                s1(MemberStatus.ALIVE, Map.of("role", "backend", "boot", "b1"))),
            new MemberInput.MemberSeen(s1(MemberStatus.FAILED, Map.of())),
            new MemberInput.MemberForgotten(s1(MemberStatus.UNKNOWN, Map.of())),
            new MemberInput.ResyncRequested(),
            new MemberInput.Unusable(
                ((EventLine.Malformed) EventLine.parse(bytes("nonsense"))).line()),
            new MemberInput.Announced(run, AnnouncementType.READY, Duration.ZERO, false),
            new MemberInput.Announced(run, AnnouncementType.DRAIN, Duration.ofSeconds(8), false));
    await().until(() -> inputs.size() == expected.size() + 1);
    assertEquals(expected, inputs.subList(0, expected.size()));
    assertTrue(inputs.getLast() instanceof MemberInput.AnnouncementMalformed);
    assertEquals(9, counted.stream().mapToInt(List::getFirst).sum());
    assertEquals(1, counted.stream().mapToInt(List::getLast).sum());
    loop.get(members::close);
    assertEquals(expected.size() + 1, inputs.size());
  }

  @Test
  void readsTheListWithTheAgentsOwnNameAndScore() {
    var a = opened(RealSerf.named("a").tag("role", "balancer").start());
    var members = started(agent(a, null));
    var read = loop.get(() -> members.read(7, Set.of()));
    var self = new Member("a", LOCALHOST, MemberStatus.ALIVE, Map.of("role", "balancer"));
    assertEquals(
        new MemberInput.MembersRead(
            7, Roster.of(List.of(self)), "a", 0, new AgentSecurity(false, false)),
        read);
    await().until(() -> inputs.contains(new MemberInput.AgentConnected()));
  }

  @Test
  void reportsAJoinByTheLogASecondBeforeItsEvent() {
    var a = opened(RealSerf.named("a").start());
    var members = started(agent(a, null));
    loop.get(() -> members.read(1, Set.of()));
    await().until(() -> hints("a") > 0);
    long began = System.nanoTime();
    var _ = opened(RealSerf.named("b (1)").tag("role", "backend").join(a).start());
    await().until(() -> hints("b (1)") > 0);
    long log = System.nanoTime() - began;
    await().until(() -> hints("b (1)") > 1);
    long event = System.nanoTime() - began;
    assertTrue(event - log > Duration.ofMillis(600).toNanos(), () -> log + " and " + event + " ns");
    var read = (MemberInput.NamesRead) loop.get(() -> members.read(2, Set.of("b (1)", "none")));
    assertEquals(List.of("b (1)"), read.found().stream().map(Member::name).toList());
    assertEquals("backend", read.found().getFirst().tag("role"));
  }

  @Test
  void reportsAnAnnouncementOnceThatComesByThePipeAndByTheStream() throws Exception {
    var a = opened(RealSerf.named("a").start());
    var members = started(agent(a, null));
    loop.get(() -> members.read(1, Set.of()));
    await().until(() -> inputs.contains(new MemberInput.PipeOpened()));
    a.cli("event", "-coalesce=false", "rollcall-ready", "s1\tb1");
    var announced =
        new MemberInput.Announced(
            new Incarnation("s1", "b1"), AnnouncementType.READY, Duration.ZERO, false);
    await().until(() -> inputs.contains(announced));
    Files.writeString(pipe, "user\trollcall-ready\t1\ts1\\tb1\nresync\n", UTF_8);
    await().until(() -> inputs.contains(new MemberInput.ResyncRequested()));
    assertEquals(1, inputs.stream().filter(announced::equals).count());
  }

  private long hints(String name) {
    return inputs.stream()
        .filter(
            input -> input instanceof MemberInput.MembersChanged(var names) && names.contains(name))
        .count();
  }

  @Test
  void saysInOneLineWhyTheListCannotBeRead() {
    var absent = new SerfAgent("127.0.0.1", FreePorts.one(), null);
    var members = started(absent);
    String line = loop.line(() -> members.read(1, Set.of()));
    assertEquals(absent.message("connection refused"), line);
    await().until(() -> inputs.contains(new MemberInput.AgentDisconnected(line)));
    var pipeOnly = started(null);
    assertEquals(
        "the member list cannot be read: serf.rpc is empty",
        loop.line(() -> pipeOnly.read(1, Set.of())));
  }

  @Test
  void answersTheQueryForTheRunThatItNames() {
    var a = opened(RealSerf.named("a").start());
    var members = started(agent(a, null));
    loop.get(() -> members.read(1, Set.of()));
    assertEquals("draining 2 ?", answer(a, "s1\tb1"));
    assertEquals("draining 2 ?", answer(a, "s1"));
    assertEquals(List.of(new Incarnation("s1", "b1"), new Incarnation("s1", "")), asked);
  }

  @Test
  void publishesAViewOnlyWhereTheListHasAnother() {
    var a = opened(RealSerf.named("a").tag("view", "old").start());
    var members = started(agent(a, null));
    loop.get(() -> members.read(1, Set.of()));
    publish(members, "old");
    publish(members, "new");
    await().until(() -> "new".equals(view(members)));
    publish(members, "new");
    loop.get(members::close);
    assertEquals(1, a.output().lines().filter(l -> l.contains("EventMemberUpdate")).count());
  }

  @Test
  void hasTheListReadAgainForAViewThatChangedTooSoon() {
    var a = opened(RealSerf.named("a").tag("view", "old").start());
    var members = started(agent(a, null));
    loop.get(() -> members.read(1, Set.of()));
    long began = System.nanoTime();
    publish(members, "one");
    publish(members, "two");
    await().until(() -> inputs.contains(new MemberInput.ListChanged()));
    assertTrue(System.nanoTime() - began >= Duration.ofSeconds(1).toNanos(), "once a second");
    assertEquals("one", view(members));
    publish(members, "two");
    await().until(() -> "two".equals(view(members)));
  }

  private SerfMembers started(@Nullable SerfAgent agent) {
    var metrics =
        new Metrics() {
          @Override
          public void linesRead(int count, int malformed) {
            counted.add(List.of(count, malformed));
          }
        };
    var members =
        loop.call(() ->
            new SerfMembers(
                loop.vertx(),
                pipe,
                agent,
                AnnouncementTrust.CLAIMS,
                InstantSource.system(),
                metrics,
                inputs::add,
                run -> {
                  asked.add(run);
                  return Future.succeededFuture(new DrainAnswer.InUse(2, null));
                }));
    loop.call(() -> {
      members.start();
      return members;
    });
    open.push(() -> loop.get(members::close));
    return members;
  }

  private void publish(SerfMembers members, String view) {
    loop.call(() -> {
      members.publishView(view);
      return view;
    });
  }

  private @Nullable String view(SerfMembers members) {
    var read = (MemberInput.MembersRead) loop.get(() -> members.read(1, Set.of()));
    Member self = read.roster().get("a");
    return self == null ? null : self.tag("view");
  }

  private static Member s1(MemberStatus status, Map<String, String> tags) {
    return new Member("s1", LOCALHOST, status, tags);
  }

  private static byte[] bytes(String line) {
    return line.getBytes(UTF_8);
  }
}
