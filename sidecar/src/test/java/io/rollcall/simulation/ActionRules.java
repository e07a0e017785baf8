package io.rollcall.simulation;

import static io.rollcall.simulation.Simulation.require;

import io.rollcall.core.control.Effect;
import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.model.Intent;
import io.rollcall.core.model.OperatorAction;
import io.rollcall.core.model.SavedState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every action is answered once, and not before it is on disk. */
final class ActionRules {
  /** Requested, and not in a save yet. */
  private final Map<Long, OperatorAction> requested = new LinkedHashMap<>();

  /** In a save that is not complete. */
  private final Map<Long, OperatorAction> saving = new HashMap<>();

  void restarted() {
    requested.clear();
    saving.clear();
  }

  int open() {
    return requested.size() + saving.size();
  }

  void requested(OperatorInput.ActionRequested action) {
    requested.put(action.id(), action.action());
  }

  void saved(Effect.Save save) {
    for (long id : save.answers().keySet()) {
      OperatorAction action = requested.remove(id);
      require(action != null, () -> "an answer to no open action: " + id);
      saving.put(id, action);
    }
  }

  void answered(Effect.Save save, SavedState onDisk) {
    var last = new HashMap<String, OperatorAction.OfMember>();
    save.answers().keySet().stream()
        .sorted()
        .forEach(id -> {
          OperatorAction action = saving.remove(id);
          require(action != null, () -> "answered twice: " + id);
          boolean accepted = save.answers().get(id) == null;
          if (accepted && action instanceof OperatorAction.OfMember of) {
            last.put(of.member() + " " + (of instanceof OperatorAction.SetWeightTo), of);
            if (of instanceof OperatorAction.ClearIntent) {
              last.remove(of.member() + " " + true);
            }
          }
        });
    if (onDisk.equals(save.state())) { // otherwise it could not be written, or is newer
      last.values().forEach(action -> survives(action, onDisk));
    }
  }

  private static void survives(OperatorAction.OfMember action, SavedState state) {
    Intent intent = state.pool(action.backend()).intents().get(action.member());
    boolean there =
        switch (action) {
          case OperatorAction.SetState set -> intent != null && intent.action() == set.action();
          case OperatorAction.SetWeightTo set ->
              intent != null && Integer.valueOf(set.weight()).equals(intent.weight());
          case OperatorAction.ClearIntent _ -> intent == null || intent.action() == null;
        };
    require(there, () -> "answered, and lost by a crash: " + action + " is " + intent);
  }
}
