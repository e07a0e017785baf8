package io.rollcall.reconcile;

import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.http.OperatorActions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Actions that operators requested and that are not answered yet. The controller takes them in its
 * next cycle; each is answered once its effect is saved. Used on one context.
 */
public final class ActionQueue implements OperatorActions {
  private final Consumer<OperatorInput> inputs;
  private final BiFunction<String, Requester, Future<@Nullable String>> testAlert;
  private final UnaryOperator<Instant> fromWall;
  private final Map<Long, Promise<@Nullable String>> open = new HashMap<>();
  private long lastId;

  /**
   * An empty queue.
   *
   * @param testAlert sends a test to a channel; it waits for no cycle
   * @param fromWall converts a time of the wall clock to one of the steady clock
   */
  public ActionQueue(
      Consumer<OperatorInput> inputs,
      BiFunction<String, Requester, Future<@Nullable String>> testAlert,
      UnaryOperator<Instant> fromWall) {
    this.inputs = inputs;
    this.testAlert = testAlert;
    this.fromWall = fromWall;
  }

  @Override
  public Future<@Nullable String> testAlert(String channel, Requester from) {
    return testAlert.apply(channel, from);
  }

  @Override
  public Future<@Nullable String> submit(OperatorAction action, Requester from) {
    Promise<@Nullable String> answer = Promise.promise();
    open.put(++lastId, answer);
    inputs.accept(
        new OperatorInput.ActionRequested(lastId, steady(action), from.name(), from.address()));
    return answer.future();
  }

  private OperatorAction steady(OperatorAction action) {
    return action instanceof OperatorAction.SetState set && set.until() != null
        ? set.withUntil(fromWall.apply(set.until()))
        : action;
  }

  /**
   * Answers actions that were taken.
   *
   * @param refusals by id of the request, null or why it was refused
   * @param unsaved null, or why the state could not be saved
   */
  void answer(Map<Long, @Nullable String> refusals, @Nullable String unsaved) {
    refusals.forEach((id, refusal) -> {
      Promise<@Nullable String> answer = open.remove(id);
      if (answer == null) {
        return;
      }
      if (refusal == null && unsaved != null) {
        answer.fail("applied, but not persisted: " + unsaved + "; it will be lost on restart");
      } else {
        answer.complete(refusal);
      }
    });
  }
}
