package io.rollcall.reconcile;

import io.rollcall.core.EventLog;
import io.rollcall.core.control.Effect;
import io.rollcall.core.control.HaproxyInput;
import io.rollcall.core.control.Input;
import io.rollcall.core.control.MemberInput;
import io.rollcall.haproxy.HaproxyClient;
import io.rollcall.serf.SerfMembers;
import io.rollcall.store.ServerStateWriter;
import io.rollcall.store.StateStore;
import java.util.function.Consumer;

/** Runs the effects of the controller and hands their results back. Used on one context. */
public final class EffectRunner implements Consumer<Effect> {
  private final SerfMembers members;
  private final HaproxyClient haproxy;
  private final ReadinessProbe probe;
  private final StateStore store;
  private final ServerStateWriter stateFile;
  private final EventLog events;
  private final ActionQueue actions;
  private final Runnable ready;
  private final Consumer<Input> results;

  /**
   * @param ready is run when the sidecar has converged for the first time
   * @param results receives the result of each effect that has one
   */
  public EffectRunner(
      SerfMembers members,
      HaproxyClient haproxy,
      ReadinessProbe probe,
      StateStore store,
      ServerStateWriter stateFile,
      EventLog events,
      ActionQueue actions,
      Runnable ready,
      Consumer<Input> results) {
    this.members = members;
    this.haproxy = haproxy;
    this.probe = probe;
    this.store = store;
    this.stateFile = stateFile;
    this.events = events;
    this.actions = actions;
    this.ready = ready;
    this.results = results;
  }

  @Override
  public void accept(Effect effect) {
    switch (effect) {
      case Effect.ReadMembers(long cycle, var names) ->
          members
              .read(cycle, names)
              .otherwise(e -> new MemberInput.MembersUnread(cycle, line(e)))
              .onSuccess(results::accept);
      case Effect.ReadSlots read ->
          haproxy
              .read(read)
              .<HaproxyInput>map(done -> done)
              .otherwise(e -> new HaproxyInput.SlotsUnread(read.cycle(), line(e)))
              .onSuccess(results::accept);
      case Effect.SendSteps send ->
          haproxy
              .send(send)
              .<HaproxyInput>map(done -> done)
              .otherwise(e -> new HaproxyInput.StepsUnanswered(send.cycle(), line(e)))
              .onSuccess(results::accept);
      case Effect.ProbeReadiness(var applications) -> probe.ask(applications);
      case Effect.PublishView(var view) -> members.publishView(view);
      case Effect.Save save ->
          store.save(save.state()).onSuccess(unsaved -> actions.answer(save.answers(), unsaved));
      case Effect.SaveSlots(var slots) ->
          stateFile.save(slots, haproxy::dump); // it reports a failure itself
      case Effect.RecordEvents record -> record(record);
      case Effect.ReportReady _ -> ready.run();
    }
  }

  private void record(Effect.RecordEvents record) {
    events.record(
        record.pool(), record.events(), record.effects(), record.tookMicros(), record.at());
  }

  private static String line(Throwable e) {
    return String.valueOf(e.getMessage());
  }
}
