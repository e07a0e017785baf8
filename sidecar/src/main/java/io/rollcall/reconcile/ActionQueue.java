package io.rollcall.reconcile;

import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.http.OperatorActions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Actions that operators requested and that are not answered yet. The controller takes them in its
 * next cycle; each is answered once its effect is saved. Used on one context.
 */
public final class ActionQueue implements OperatorActions {
  private final Consumer<OperatorInput> inputs;
  private final Function<String, Future<@Nullable String>> testMail;
  private final Map<Long, Promise<@Nullable String>> open = new HashMap<>();
  private long lastId;

  /**
   * An empty queue.
   *
   * @param testMail sends one; it waits for no cycle
   */
  public ActionQueue(
      Consumer<OperatorInput> inputs, Function<String, Future<@Nullable String>> testMail) {
    this.inputs = inputs;
    this.testMail = testMail;
  }

  @Override
  public Future<@Nullable String> testMail(String from) {
    return testMail.apply(from);
  }

  @Override
  public Future<@Nullable String> submit(OperatorAction action, String from) {
    Promise<@Nullable String> answer = Promise.promise();
    open.put(++lastId, answer);
    inputs.accept(new OperatorInput.ActionRequested(lastId, action, from));
    return answer.future();
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
