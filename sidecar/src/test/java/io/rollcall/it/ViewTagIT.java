package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Roster;
import io.rollcall.serf.SerfAgent;
import io.rollcall.serf.SerfRpc;
import io.rollcall.serf.ViewTag;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealSerf;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the agent {@code ha}, whose tag {@code view} is {@code old}. */
class ViewTagIT {
  private static final Duration APART = Duration.ofSeconds(1);

  private final AtomicInteger readAgain = new AtomicInteger();
  private EventLoop loop;
  private RealSerf agent;
  private SerfRpc rpc;
  private ViewTag own;

  @BeforeEach
  void start() {
    loop = new EventLoop();
    agent = RealSerf.named("ha").tag("view", "old").start();
    var at = new SerfAgent(agent.ip(), agent.rpcPort(), null);
    rpc = loop.call(() -> new SerfRpc(loop.vertx(), at, Map.of(), _ -> {}));
    own = new ViewTag(loop.vertx(), rpc, readAgain::incrementAndGet);
  }

  @AfterEach
  void end() {
    loop.get(rpc::close);
    loop.close();
    agent.close();
  }

  private Roster list() {
    return loop.get(rpc::members);
  }

  private void tell(Roster list, String view) {
    loop.call(() -> {
      own.tell(list, "ha", view);
      return view;
    });
  }

  private String told() {
    return Objects.requireNonNull(list().get("ha")).tag("view");
  }

  @Test
  void saysNothingWhereTheTagIsRight() {
    tell(list(), "old");
    await().during(APART).until(() -> readAgain.get() == 0);
    assertEquals(0, agent.output().lines().filter(l -> l.contains("EventMemberUpdate")).count());
  }

  @Test
  void hasTheListReadAgainForWhatChangedTooSoon() {
    Roster list = list();
    long began = System.nanoTime();
    tell(list, "one");
    tell(list, "two");
    await().until(() -> readAgain.get() == 1);
    assertTrue(System.nanoTime() - began >= APART.toNanos(), "once a second at most");
    assertEquals("one", told());
    tell(list(), "two");
    await().until(() -> told().equals("two"));
  }
}
