package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.rollcall.core.model.Endpoint;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.model.Step;
import io.rollcall.core.model.StepResult;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the installed HAProxy refuses. */
@Tag("image")
final class RefusedStepsIT extends HaproxyFixture {
  @Test
  void returnsHaproxysReplyToARefusedStep() {
    var plain = new SlotId("plain", "by-path");
    var follower = new SlotId("plain", "follower");
    var replies =
        apply(
            List.of(
                new Step.ToReady(slot(99)),
                new Step.ToReady(new SlotId("nowhere", "slot1")),
                new Step.SetMaxconn(slot(99), 1),
                new Step.SetWeight(slot(1), 300),
                new Step.SetWeight(new SlotId("fixed", "only"), 7),
                new Step.HealthUp(follower),
                new Step.Join(follower),
                new Step.SetAddress(plain, Endpoint.of("127.0.0.1", 9))));

    assertEquals(
        List.of(
            "No such server",
            "No such backend",
            "No such server",
            "Absolute weight can only be between 0 and 256 inclusive",
            "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'",
            "cannot change health on a tracking server",
            "cannot change health on a tracking server",
            "Update for the current server address family is only supported through"
                + " configuration file"),
        replies.stream()
            .map(reply -> assertInstanceOf(StepResult.Refused.class, reply).line())
            .map(line -> line.replaceFirst("^HAProxy refused '[^']*': ", ""))
            .map(
                text -> text.replaceFirst("\\.?( by 'stats socket command'\\.?)?( \\(.*\\))?$", ""))
            .toList());
    assertEquals(
        List.of(
            "(use \"balance roundrobin\", add \"hash-type consistent\", or set no weight)",
            "(replace \"track\" of the slots by \"check\")",
            "(replace \"track\" of the slots by \"check\")",
            "(add \"init-addr last,192.0.2.1\" to the slots, and remove \"resolvers\")"),
        replies.subList(4, 8).stream()
            .map(reply -> assertInstanceOf(StepResult.Refused.class, reply).line())
            .map(line -> line.substring(line.lastIndexOf('(')))
            .toList());
  }

  @Test
  void continuesAfterARefusedStep() {
    var info = info();
    List<Step> steps = List.of(new Step.ToReady(slot(99)), new Step.SetWeight(slot(1), 9));
    var seen =
        loop.get(() ->
            api.apply(steps, info)
                .onSuccess(replies -> {
                  assertInstanceOf(StepResult.Refused.class, replies.getFirst());
                  assertEquals(new StepResult.Done(), replies.get(1));
                })
                .compose(_ -> api.read(List.of("nodes"))));

    assertEquals(9, first(seen).weight());
    assertEquals(1, recorded.connections().size());
    assertEquals(List.of(), recorded.losses());
  }

  @Test
  void reportsThatTheLevelOfTheSocketIsTooLow() {
    var operator = connect(haproxy.operatorSocket());
    loop.get(() -> operator.read(List.of("nodes")));

    var info = info();
    var replies = loop.get(() -> operator.apply(List.of(new Step.ToReady(slot(1))), info));

    assertEquals(
        "HAProxy refused 'set server nodes/slot1 state ready': Permission denied"
            + " (its \"stats socket\" needs \"level admin\")",
        assertInstanceOf(StepResult.Refused.class, replies.getFirst()).line());
  }
}
