package io.rollcall.serf;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.DrainAnswer;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.Announcement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of a Serf cluster, as the agent beside this balancer reports them: by lines of the
 * event pipe, and by its RPC. Used on the context that made it.
 */
public final class SerfMembers {
  private final Consumer<MemberInput> inputs;
  private final Metrics metrics;
  private final EventPipe pipe;
  private final @Nullable SerfRpc rpc;
  private final @Nullable ViewTag viewTag;
  private boolean closed;

  /**
   * @param pipe path of the FIFO that Serf's event handlers write
   * @param agent null where there is no RPC: then no list can be read, nothing is published, and
   *     nobody answers the query
   * @param inputs receives what changes, in order, on the context; nothing after {@link #close}
   * @param drainQuery answers the query {@code rollcall-drained} for one run of a member, or for
   *     any run where the boot is empty; called on the context
   */
  public SerfMembers(
      Vertx vertx,
      Path pipe,
      @Nullable SerfAgent agent,
      Metrics metrics,
      Consumer<MemberInput> inputs,
      Function<Announcement.Incarnation, DrainAnswer> drainQuery) {
    this.inputs = inputs;
    this.metrics = metrics;
    this.pipe = new EventPipe(vertx, pipe, this::receive, state -> report(input(state)));
    if (agent == null) {
      this.rpc = null;
      this.viewTag = null;
    } else {
      this.rpc =
          new SerfRpc(
              vertx,
              agent,
              Map.of(
                  DrainedQuery.NAME,
                  payload ->
                      DrainedQuery.text(drainQuery.apply(DrainedQuery.incarnation(payload)))),
              state -> report(input(state)));
      this.viewTag = new ViewTag(vertx, rpc, () -> report(new MemberInput.ListChanged()));
    }
  }

  /** Opens the pipe and connects to the agent. Both are tried again until {@link #close}. */
  public void start() {
    pipe.start();
    if (rpc != null) {
      rpc.start();
    }
  }

  /** Reads the member list. A failure has one line as its message, which names the agent. */
  public Future<MemberInput.MembersRead> read(long cycle) {
    SerfRpc agent = rpc;
    if (agent == null) {
      return Future.failedFuture("the member list cannot be read: serf.rpc is empty");
    }
    return agent
        .members()
        .compose(roster ->
            agent
                .health()
                .map(health -> {
                  metrics.memberListRead();
                  if (viewTag != null) {
                    viewTag.listed(roster.get(health.agentName()));
                  }
                  return new MemberInput.MembersRead(
                      cycle, roster, health.agentName(), health.healthScore());
                }));
  }

  /**
   * Publishes what this balancer sees as the tag {@code view} of its own agent. To be called after
   * each {@link #read}: the tag is set only where the list that was read last has another value,
   * and at most once a second. While that second lasts a call is put off; after it {@link
   * MemberInput.ListChanged} has the list read again.
   */
  public void publishView(String view) {
    if (viewTag != null) {
      viewTag.publish(view);
    }
  }

  /** Closes the pipe and the connection; what is still asked fails. */
  public Future<Void> close() {
    closed = true;
    Future<Void> rpcClosed = rpc == null ? Future.succeededFuture() : rpc.close();
    return Future.join(pipe.close(), rpcClosed).mapEmpty();
  }

  private void receive(List<EventLine> lines) {
    long malformed = lines.stream().filter(EventLine.Malformed.class::isInstance).count();
    metrics.linesRead(lines.size(), (int) malformed);
    for (EventLine line : lines) {
      MemberInput input = input(line);
      if (input != null) {
        report(input);
      }
    }
  }

  private void report(MemberInput input) {
    if (!closed) {
      inputs.accept(input);
    }
  }

  /** Null for a user event that does not concern Rollcall. */
  private static @Nullable MemberInput input(EventLine line) {
    return switch (line) {
      case EventLine.MemberEvent(var type, var member) ->
          type == EventLine.MemberEventType.REAP
              ? new MemberInput.MemberForgotten(member)
              : new MemberInput.MemberSeen(member);
      case EventLine.UserEvent event -> AnnouncementEvent.parse(event);
      case EventLine.ResyncRequest _ -> new MemberInput.ListChanged();
      case EventLine.Malformed malformed -> new MemberInput.Unusable(malformed.why());
    };
  }

  private static MemberInput input(PipeState state) {
    return switch (state) {
      case PipeState.Open _ -> new MemberInput.PipeOpened();
      case PipeState.Missing missing -> new MemberInput.PipeFailed(missing.why());
      case PipeState.NotAPipe wrong -> new MemberInput.PipeFailed(wrong.why());
      case PipeState.Failed failed -> new MemberInput.PipeFailed(failed.why());
    };
  }

  private static MemberInput input(RpcState state) {
    return switch (state) {
      case RpcState.Connected _ -> new MemberInput.AgentConnected();
      case RpcState.Disconnected lost -> new MemberInput.AgentDisconnected(lost.why());
    };
  }
}
