package io.rollcall.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.rollcall.core.Component;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import io.rollcall.core.model.SavedState;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The list changes and no line of the pipe says so. */
final class DeadPipeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Controller controller =
      new Controller(
          new ControllerSettings(
              List.of(), true, Duration.ofSeconds(30), SECOND, Duration.ofSeconds(10)));
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private State state = State.initial(now);

  @Test
  void isReportedAfterTenSecondsWithoutALine() {
    opened();
    list("s1", "s2");
    pass(Duration.ofSeconds(9));
    assertNull(line());
    pass(SECOND.multipliedBy(2));
    assertEquals("pipe is not delivering, restart the agent", line());
    on(new MemberInput.MemberSeen(member("s2")));
    assertNull(line());
  }

  @Test
  void isNotReportedWhenALineCame() {
    opened();
    list("s1", "s2");
    pass(SECOND);
    on(new MemberInput.MemberSeen(member("s2")));
    list("s1", "s2");
    pass(Duration.ofSeconds(20));
    assertNull(line());
  }

  @Test
  void isNotReportedForAMemberThatIsBackBeforeSerfReportsThatItLeft() {
    opened();
    list();
    pass(SECOND);
    list("s1");
    pass(Duration.ofSeconds(20));
    assertNull(line());
  }

  @Test
  void isNotReportedForWhatChangedWhileTheAgentWasGone() {
    opened();
    on(new MemberInput.AgentDisconnected("gone"));
    on(new MemberInput.AgentConnected());
    list("s1", "s2");
    pass(Duration.ofSeconds(20));
    assertNull(line());
  }

  @Test
  void isNotReportedWithoutAPipe() {
    on(new Input.StateLoaded(SavedState.EMPTY));
    on(new MemberInput.AgentConnected());
    list("s1");
    list("s1", "s2");
    pass(Duration.ofSeconds(20));
    assertNull(line());
  }

  private void opened() {
    on(new Input.StateLoaded(SavedState.EMPTY));
    on(new MemberInput.AgentConnected());
    on(new MemberInput.PipeOpened());
    list("s1");
  }

  private void list(String... names) {
    on(new MemberInput.ListChanged());
    for (int i = 0; i < 5 && state.cycle().phase() != Cycle.Phase.IDLE; i++) {
      finish(Roster.of(List.of(names).stream().map(DeadPipeTest::member).toList()));
    }
    assertEquals(Cycle.Phase.IDLE, state.cycle().phase());
  }

  private void finish(Roster roster) {
    on(new MemberInput.MembersRead(state.cycle().number(), roster, "ha", 0));
    on(new HaproxyInput.SlotsUnread(state.cycle().number(), "no HAProxy"));
  }

  /** Time passes, a tick in each second; the list stays as it is. */
  private void pass(Duration time) {
    for (Instant end = now.plus(time); now.isBefore(end); ) {
      now = now.plus(SECOND);
      on(new Input.Tick());
      finish(state.members().roster());
    }
  }

  private void on(Input input) {
    state = controller.on(state, input, now).state();
  }

  private @Nullable String line() {
    return state.health().line(Component.PIPE);
  }

  private static Member member(String name) {
    return new Member(name, InetAddress.ofLiteral("10.0.0.7"), MemberStatus.ALIVE, Map.of());
  }
}
