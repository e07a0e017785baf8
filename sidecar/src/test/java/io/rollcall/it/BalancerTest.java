package io.rollcall.it;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.rollcall.testing.AppServer;
import io.rollcall.testing.RealHaproxy;
import io.rollcall.testing.RealSerf;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A balancer of real parts, of which none is started yet, and an application. */
abstract class BalancerTest {
  @TempDir Path folder;
  Balancer balancer;
  RealHaproxy haproxy;
  AppServer app;

  @BeforeEach
  void make() {
    balancer = new Balancer(folder);
    haproxy = balancer.haproxy;
    app = balancer.app("one");
  }

  @AfterEach
  void end() {
    balancer.close();
  }

  @CanIgnoreReturnValue
  RealSerf s1Serves() {
    RealSerf s1 = balancer.backend("s1", app);
    balancer.awaitRows("s1 slot1 serving");
    return s1;
  }
}
