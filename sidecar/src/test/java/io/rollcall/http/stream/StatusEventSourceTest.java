package io.rollcall.http.stream;

import static io.rollcall.http.Samples.NOW;
import static io.rollcall.http.Samples.S1;
import static io.rollcall.http.Samples.S2;
import static io.rollcall.http.Samples.row;
import static io.rollcall.http.Samples.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.model.MemberState;
import io.rollcall.core.status.Status;
import io.rollcall.http.Samples;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatusEventSourceTest {
  private long nanos = 42;
  private final StatusEventSource source = new StatusEventSource(_ -> "{}", () -> nanos);

  private static Status at(Instant at, Status one) {
    return new Status(
        at, one.balancer(), one.serf(), one.haproxy(), one.pools(), one.fleet(), one.events());
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @ParameterizedTest
  @ValueSource(longs = {-3, 0, 3})
  void sendsCountersEvery5SecondsHoweverTheWallClockIsSet(long hours) {
    Instant set = NOW.plus(Duration.ofHours(hours));
    source.refresh(at(NOW, status(S1, S2)));
    Subscription subscription = source.subscribe(null);
    assertNotNull(subscription.next());
    pass(Duration.ofMillis(4999));
    source.refresh(at(set, status(Samples.busier(S1), S2)));
    assertNull(subscription.next(), "counters wait");
    pass(Duration.ofMillis(1));
    source.refresh(at(set, status(Samples.busier(S1), S2)));
    assertEquals("event: status\ndata: {}\n\n", String.valueOf(subscription.next()));
  }

  @Test
  void sendsAnotherStateAtOnce() {
    source.refresh(status(S1, S2));
    Subscription subscription = source.subscribe(null);
    assertNotNull(subscription.next());
    source.refresh(status(S1, row("s2", MemberState.DOWN)));
    assertNotNull(subscription.next());
    assertNull(subscription.next());
  }
}
