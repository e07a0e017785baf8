package io.rollcall.serf;

import io.rollcall.core.Metrics;
import io.rollcall.core.control.DrainAnswer;
import io.rollcall.core.control.MemberInput;
import io.rollcall.core.model.AgentSecurity;
import io.rollcall.core.model.Announcement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of a Serf cluster, as the agent beside this balancer reports them: by lines of the
 * event pipe, by the event stream and the log of its RPC, and by its list. Used on the context that
 * made it.
 */
public final class SerfMembers {
  private final Consumer<MemberInput> inputs;
  private final Metrics metrics;
  private final AnnouncementEvent announcements;
  private final @Nullable EventPipe pipe;
  private final RepeatedUserEvents repeated = new RepeatedUserEvents();
  private final @Nullable SerfRpc rpc;
  private final @Nullable ViewTag viewTag;
  private boolean closed;

  /**
   * @param pipe path of the FIFO that Serf's event handlers write; null for none
   * @param agent null for no RPC: then the list cannot be read, nothing is published and the query
   *     is not answered
   * @param trust which announcements of backends count
   * @param wallClock which the times of signatures are compared with
   * @param inputs receives what changes, in order, on the context; nothing after {@link #close}
   * @param drainQuery answers the query {@code rollcall-drained} for one run of a member, or for
   *     any run if the boot is empty; called on the context
   */
  public SerfMembers(
      Vertx vertx,
      @Nullable Path pipe,
      @Nullable SerfAgent agent,
      AnnouncementTrust trust,
      InstantSource wallClock,
      Metrics metrics,
      Consumer<MemberInput> inputs,
      Function<Announcement.Incarnation, Future<DrainAnswer>> drainQuery) {
    this.inputs = inputs;
    this.metrics = metrics;
    this.announcements = new AnnouncementEvent(new AnnouncementSignatures(trust, wallClock));
    this.pipe = pipe == null ? null : new EventPipe(vertx, pipe, this::receive, this::report);
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
                      drainQuery.apply(DrainedQuery.incarnation(payload)).map(DrainedQuery::text)),
              this::report,
              event -> report(event, RepeatedUserEvents.Way.STREAM));
      this.viewTag = new ViewTag(vertx, rpc, () -> report(new MemberInput.ListChanged()));
    }
  }

  /** Opens the pipe and connects to the agent. Both are tried again until {@link #close}. */
  public void start() {
    if (pipe != null) {
      pipe.start();
    }
    if (rpc != null) {
      rpc.start();
    }
  }

  /**
   * Reads the member list. A failure has one line as its message, which names the agent.
   *
   * @param names of the members to read; empty for the whole list
   */
  public Future<MemberInput> read(long cycle, Set<String> names) {
    SerfRpc agent = rpc;
    if (agent == null) {
      return Future.failedFuture("the member list cannot be read: serf.rpc is empty");
    }
    return names.isEmpty()
        ? readAll(agent, cycle).map(read -> read)
        : agent.members(names).map(found -> new MemberInput.NamesRead(cycle, names, found));
  }

  private Future<MemberInput.MembersRead> readAll(SerfRpc agent, long cycle) {
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
                      cycle,
                      roster,
                      health.agentName(),
                      health.healthScore(),
                      new AgentSecurity(agent.hasKey(), health.encrypted()));
                }));
  }

  /**
   * Publishes what this balancer sees as the tag {@code view} of its own agent. Call it after each
   * {@link #read}: the tag is set only if the list that was read last has another value, and at
   * most once a second. A call within that second is postponed: {@link MemberInput.ListChanged}
   * follows at its end, so that the list is read and published again.
   */
  public void publishView(String view) {
    if (viewTag != null) {
      viewTag.publish(view);
    }
  }

  /** Closes the pipe and the connection; requests without a reply fail. */
  public Future<Void> close() {
    closed = true;
    Future<Void> rpcClosed = rpc == null ? Future.succeededFuture() : rpc.close();
    return Future.join(pipe == null ? Future.succeededFuture() : pipe.close(), rpcClosed)
        .mapEmpty();
  }

  private void receive(List<EventLine> lines) {
    long malformed = lines.stream().filter(EventLine.Malformed.class::isInstance).count();
    metrics.linesRead(lines.size(), (int) malformed);
    lines.forEach(this::receive);
  }

  private void receive(EventLine line) {
    switch (line) {
      case EventLine.MemberEvent(var type, var member) ->
          report(
              type == EventLine.MemberEventType.REAP
                  ? new MemberInput.MemberForgotten(member)
                  : new MemberInput.MemberSeen(member));
      case EventLine.UserEvent event -> report(event, RepeatedUserEvents.Way.PIPE);
      case EventLine.ResyncRequest _ -> report(new MemberInput.ResyncRequested());
      case EventLine.Malformed malformed -> report(new MemberInput.Unusable(malformed.line()));
    }
  }

  /** A user event that does not concern Rollcall is ignored. */
  private void report(EventLine.UserEvent event, RepeatedUserEvents.Way way) {
    MemberInput input = announcements.parse(event);
    if (input != null && !(rpc != null && repeated.repeats(event, way))) {
      report(input);
    }
  }

  private void report(MemberInput input) {
    if (!closed) {
      inputs.accept(input);
    }
  }
}
