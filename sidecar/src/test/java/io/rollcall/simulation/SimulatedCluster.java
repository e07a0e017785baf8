package io.rollcall.simulation;

import io.rollcall.core.model.Announcement;
import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The backends and what the balancer's own agent believes of them: deaths are noticed late, a
 * restart of that agent forgets, and a lost network makes everybody look dead.
 */
final class SimulatedCluster {
  /** Name of the balancer's own agent. */
  static final String SELF = "ha";

  private static final Duration QUICK = Duration.ofMillis(800);
  private static final Duration DETECTION = Duration.ofSeconds(13);
  private static final Duration REJOIN = Duration.ofSeconds(8);
  private static final Duration OUTAGE = Duration.ofSeconds(200);
  private static final Duration PURGE = Duration.ofSeconds(65);

  private static final Member OWN =
      new Member(SELF, Hosts.at(200).ip(), MemberStatus.ALIVE, Map.of("role", "balancer"));

  private final Simulation world;
  private final TreeMap<String, Member> members = new TreeMap<>();

  /** The run that was started last under a name, dead or alive. */
  private final Map<String, Application> latest = new HashMap<>();

  /** Not in the list since the balancer's agent restarted. */
  private final Set<String> hidden = new HashSet<>();

  /** Alive, but the balancer's agent takes them for dead. */
  private final Set<String> mistaken = new HashSet<>();

  private int runs;

  SimulatedCluster(Simulation world) {
    this.world = world;
  }

  /** The list of the balancer's agent, itself included. */
  Roster list() {
    var heard = new TreeMap<String, Member>();
    members.forEach((name, member) -> {
      if (!hidden.contains(name)) {
        boolean wrong = mistaken.contains(name) && member.gossip() == MemberStatus.ALIVE;
        heard.put(name, wrong ? member.with(MemberStatus.FAILED) : member);
      }
    });
    heard.put(SELF, OWN);
    return new Roster(heard, true);
  }

  @Nullable Application latest(String name) {
    return latest.get(name);
  }

  /**
   * Starts the application and its agent. Its name may be taken (then the agent is not let in until
   * the old entry is purged), and so may its port (then it waits for that).
   */
  void start(String name, Endpoint at, Map<String, String> more) {
    Application before = latest.get(name);
    if (before != null && (before.endpoint.equals(at) || world.chance(80))) {
      end(before);
    }
    var app = new Application(name, at, ++runs);
    latest.put(name, app);
    app.answers = world.chance(60);
    world.later(world.upTo(DETECTION), () -> app.answers = true);
    boolean taken = world.applications.putIfAbsent(at, app) != null;
    Member old = members.get(name);
    boolean conflict =
        old != null
            && !old.ip().equals(at.ip())
            && old.gossip() != MemberStatus.LEFT
            && world.chance(50);
    String how = (taken ? ", port taken" : "") + (conflict ? ", name taken" : "");
    world.log(() -> "starts " + app + " " + more + how);
    if (conflict) {
      world.later(PURGE, () -> admit(app, more));
    } else {
      admit(app, more);
    }
    sayReady(name, world.upTo(QUICK), world.chance(90) ? app.boot() : Application.boot(runs - 1));
  }

  private void admit(Application app, Map<String, String> more) {
    if (latest.get(app.member) != app || world.at(app.endpoint) == null) {
      return;
    }
    var tags = new HashMap<>(more);
    tags.putIfAbsent("role", "backend");
    tags.put("boot", app.boot());
    if (app.endpoint.port() != Simulation.POLICY.port()) {
      tags.put("port", String.valueOf(app.endpoint.port()));
    }
    hidden.remove(app.member);
    put(new Member(app.member, app.endpoint.ip(), MemberStatus.ALIVE, tags));
  }

  /** Dead at once, believed alive for some seconds. */
  void crash(String name) {
    Application app = latest.get(name);
    if (app != null) {
      world.log(() -> "crashes " + app);
      end(app);
      fail(app);
    }
  }

  /** The application lives on without its agent. */
  void loseAgent(String name) {
    Application app = latest.get(name);
    if (app != null) {
      world.log(() -> "loses its agent " + app);
      fail(app);
    }
  }

  /** Crash and restart inside the detection window: same name and address, another boot. */
  void restart(String name) {
    Application app = latest.get(name);
    if (app != null) {
      end(app);
      Member member = members.get(name);
      start(name, app.endpoint, member == null ? Map.of() : member.tags());
    }
  }

  private void fail(Application app) {
    world.later(
        Duration.ofSeconds(5).plus(world.upTo(QUICK)),
        () -> {
          Member member = members.get(app.member);
          if (member != null && member.boot().equals(app.boot())) {
            put(member.with(MemberStatus.FAILED));
          }
        });
  }

  /** The agent of a member that was taken for dead is back. */
  void agentReturns(String name) {
    Application app = latest.get(name);
    Member member = members.get(name);
    if (app != null && member != null && world.at(app.endpoint) == app) {
      world.log(() -> "its agent returns " + app);
      put(member.with(MemberStatus.ALIVE));
    }
  }

  /** Says so, is tagged, leaves, ends; each of these may get lost but the end. */
  void leave(String name, Duration deadline) {
    Application app = latest.get(name);
    Member member = members.get(name);
    if (app == null || member == null || world.at(app.endpoint) != app) {
      return;
    }
    world.log(() -> "leaves within " + deadline + " " + app);
    world.serf.announce(Announcement.AnnouncementType.DRAIN, name, app.boot(), deadline);
    if (world.chance(20)) {
      return; // never confirmed
    }
    world.later(world.upTo(QUICK), () -> retag(name, app, "state", "draining"));
    world.later(
        deadline,
        () -> {
          Member now = members.get(name);
          if (now != null && now.boot().equals(app.boot())) {
            put(now.with(MemberStatus.LEFT));
          }
          end(app);
        });
  }

  void retag(String name, String tag, String value) {
    Application app = latest.get(name);
    if (app != null) {
      world.log(() -> "tag " + tag + "=" + value + " of " + name);
      retag(name, app, tag, value);
    }
  }

  private void retag(String name, Application app, String tag, String value) {
    Member member = members.get(name);
    if (member != null && member.boot().equals(app.boot())) {
      var tags = new HashMap<>(member.tags());
      tags.put(tag, value);
      put(new Member(name, member.ip(), member.gossip(), tags));
    }
  }

  void sayReady(String name, Duration after, String boot) {
    world.later(
        after,
        () -> world.serf.announce(Announcement.AnnouncementType.READY, name, boot, Duration.ZERO));
  }

  /** Gone from the list: reaped, or pruned by a person. */
  void vanish(String name) {
    if (members.remove(name) != null) {
      world.log(() -> "gone from the list " + name);
      world.serf.memberEvent(name);
    }
  }

  /** The balancer's own agent starts anew: it knows itself, and the living one by one. */
  void forget() {
    world.log(() -> "the balancer's agent restarts");
    for (var member : List.copyOf(members.values())) {
      if (member.gossip() == MemberStatus.ALIVE) {
        hidden.add(member.name());
        world.later(
            world.upTo(REJOIN),
            () -> {
              hidden.remove(member.name());
              world.serf.memberEvent(member.name());
            });
      } else {
        members.remove(member.name());
      }
    }
    world.serf.agentRestarts();
  }

  /** The balancer's network is cut: one by one all look dead, until it is whole again. */
  void cutOff() {
    world.log(() -> "the balancer's network is cut");
    for (String name : List.copyOf(members.keySet())) {
      world.later(
          world.upTo(DETECTION),
          () -> {
            mistaken.add(name);
            world.serf.memberEvent(name);
          });
    }
    world.later(
        world.upTo(OUTAGE).plus(DETECTION),
        () -> {
          world.log(() -> "the balancer's network is whole");
          mistaken.clear();
          members.keySet().forEach(world.serf::memberEvent);
        });
  }

  /** All that was odd ends: what the list calls alive runs and answers, the rest is dead. */
  void calm() {
    hidden.clear();
    mistaken.clear();
    latest.clear();
    for (var member : List.copyOf(members.values())) {
      if (member.gossip() == MemberStatus.FAILED && world.chance(50)) {
        members.put(member.name(), member.with(MemberStatus.ALIVE));
      }
    }
    List.copyOf(world.applications.values()).stream()
        .filter(app -> {
          Member member = members.get(app.member);
          return member == null || !app.endpoint.equals(Wanted.by(member));
        })
        .forEach(this::end);
    for (var member : List.copyOf(members.values())) {
      var tags = new HashMap<>(member.tags());
      tags.remove("state");
      tags.values().removeIf(Wanted.NONSENSE::equals);
      Member plain = new Member(member.name(), member.ip(), member.gossip(), tags);
      members.put(plain.name(), plain);
      Endpoint at = Wanted.by(plain);
      if (at != null) {
        var app = new Application(plain.name(), at, Application.run(plain.boot()));
        world.applications.putIfAbsent(at, app);
      }
    }
    world.applications.values().forEach(app -> app.answers = true);
  }

  private void put(Member member) {
    members.put(member.name(), member);
    world.serf.memberEvent(member.name());
  }

  /** Its requests end with it; who waited for its port has it now. */
  private void end(Application app) {
    if (world.applications.remove(app.endpoint, app)) {
      world.haproxy.ended(app);
      latest.values().stream()
          .filter(other -> other != app && other.endpoint.equals(app.endpoint))
          .filter(other -> {
            Member member = members.get(other.member);
            return member != null && member.boot().equals(other.boot());
          })
          .findFirst()
          .ifPresent(other -> world.applications.put(other.endpoint, other));
    }
  }
}
