package io.rollcall.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.control.ControllerSettings;
import io.rollcall.core.control.State;
import io.rollcall.core.model.SavedState;
import io.rollcall.core.plan.ModelPool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusBuilderTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ModelPool pool = new ModelPool(4);

  private State state() {
    pool.join("s1", 1);
    pool.settle();
    String backend = ModelPool.POLICY.backend();
    State unread = State.initial(pool.view().now());
    return new State(
        1,
        SavedState.EMPTY.with(backend, pool.view().memory()),
        unread.members(),
        unread.haproxy(),
        unread.health(),
        unread.cycle(),
        unread.actions(),
        unread.refused(),
        unread.probes(),
        unread.drains());
  }

  private String text(State state, Instant now, Duration set) {
    var settings = new ControllerSettings(List.of(ModelPool.POLICY), true, SECOND, SECOND, SECOND);
    var builder = new StatusBuilder(settings, "1", now.minusSeconds(7200), time -> time.plus(set));
    Status status = builder.build(state, List.of(), null, now);
    assertEquals(now.plus(set), status.at());
    return TextRenderer.render(TextReport.of(status));
  }

  @ParameterizedTest
  @ValueSource(longs = {-3, 3})
  void showsTheSameAgesHoweverTheWallClockIsSet(long hours) {
    State state = state();
    Instant now = pool.view().now().plusSeconds(90);
    String text = text(state, now, Duration.ZERO);
    assertTrue(text.contains("sidecar started 2 h ago"), text);
    assertTrue(text.contains("1 min"), text);
    assertEquals(text, text(state, now, Duration.ofHours(hours)));
  }
}
