package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.rollcall.core.model.HaproxyInfo;
import io.rollcall.core.model.Slot;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Snapshot;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.RealHaproxy;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Starts the installed HAProxy and connects to it, for each test. */
abstract class HaproxyFixture {
  @TempDir Path directory;
  final EventLoop loop = new EventLoop();
  final RecordedConnections recorded = new RecordedConnections();
  RealHaproxy haproxy;
  RuntimeApi api;

  @BeforeEach
  void start() {
    haproxy = RealHaproxy.in(directory, 12).start();
    api = connect(haproxy.socket());
  }

  @AfterEach
  void end() {
    haproxy.close();
    loop.close();
  }

  RuntimeApi connect(String socket) {
    return loop.call(() -> new RuntimeApi(loop.vertx(), socket, recorded));
  }

  Snapshot read() {
    return loop.get(() -> api.read(List.of("nodes")));
  }

  HaproxyInfo info() {
    return read().info();
  }

  List<StepResult> apply(List<Step> steps) {
    var info = info();
    return loop.get(() -> api.apply(steps, info));
  }

  void allDone(Step... steps) {
    assertEquals(Collections.nCopies(steps.length, new StepResult.Done()), apply(List.of(steps)));
  }

  static List<Slot> pool(Snapshot seen) {
    return pool(seen, "nodes");
  }

  static List<Slot> pool(Snapshot seen, String backend) {
    return Objects.requireNonNull(seen.pools().get(backend));
  }

  static Slot first(Snapshot seen) {
    return pool(seen).getFirst();
  }

  static SlotId slot(int number) {
    return new SlotId("nodes", "slot" + number);
  }
}
