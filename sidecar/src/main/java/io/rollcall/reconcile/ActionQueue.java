package io.rollcall.reconcile;

import io.rollcall.core.model.OperatorAction;
import io.rollcall.http.OperatorActions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Orders that wait for the next pass: between a plan and its end the memory is not to change. Used
 * on one context.
 */
public final class ActionQueue implements OperatorActions {
  private final Runnable changed;
  private final Function<String, Future<@Nullable String>> testMail;
  private final ArrayDeque<PendingAction> waiting = new ArrayDeque<>();

  private record PendingAction(
      OperatorAction order, String from, Promise<@Nullable String> given) {}

  /**
   * An empty book.
   *
   * @param changed is called for each order, so that a pass begins
   * @param testMail sends one: it waits for no pass
   */
  public ActionQueue(Runnable changed, Function<String, Future<@Nullable String>> testMail) {
    this.changed = changed;
    this.testMail = testMail;
  }

  @Override
  public Future<@Nullable String> testMail(String from) {
    return testMail.apply(from);
  }

  @Override
  public Future<@Nullable String> submit(OperatorAction order, String from) {
    Promise<@Nullable String> given = Promise.promise();
    waiting.add(new PendingAction(order, from, given));
    changed.run();
    return given.future();
  }

  /**
   * Has all orders obeyed, and answers them once that is saved; nothing else waits for it.
   *
   * @param obey takes an order and where it came from; null, or why it can't be obeyed
   * @param save never fails; its result is null, or why nothing was saved
   */
  public void obey(
      BiFunction<OperatorAction, String, @Nullable String> obey,
      Supplier<Future<@Nullable String>> save) {
    if (waiting.isEmpty()) {
      return;
    }
    var answers = new ArrayList<Consumer<@Nullable String>>();
    for (PendingAction entry = waiting.poll(); entry != null; entry = waiting.poll()) {
      String refusal = obey.apply(entry.order(), entry.from());
      Promise<@Nullable String> given = entry.given();
      answers.add(unsaved -> answer(given, refusal, unsaved));
    }
    var _ = save.get().onSuccess(unsaved -> answers.forEach(answer -> answer.accept(unsaved)));
  }

  private static void answer(
      Promise<@Nullable String> given, @Nullable String refusal, @Nullable String unsaved) {
    if (refusal == null && unsaved != null) {
      given.fail("obeyed, but a restart would forget it: " + unsaved);
    } else {
      given.complete(refusal);
    }
  }
}
