package io.rollcall.reconcile;

import io.rollcall.core.Component;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.control.OperatorInput;
import io.rollcall.core.control.State;
import io.rollcall.core.model.SlotId;
import io.rollcall.core.status.EventPage;
import io.rollcall.core.status.Status;
import io.rollcall.core.status.StatusBuilder;
import io.rollcall.core.status.TrafficHistory;
import io.rollcall.http.StatusSource;
import io.rollcall.http.page.PageLinks;
import io.rollcall.store.Journal;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The status of the present state. Page, stream, metrics and alerts get the same one as long as
 * nothing changes. Used on one context.
 */
public final class StatusPublisher implements StatusSource {
  private final ReconcileLoop loop;
  private final StatusBuilder builder;
  private final SteadyClock clock;
  private final Journal journal;
  private final Supplier<Status.@Nullable MailStatus> mail;
  private final PageLinks links;
  private final HistoryRecorder history;
  private final RequestRates rates = new RequestRates();

  private @Nullable Status last;
  private @Nullable ShownFacts shown;

  /**
   * What a status is made of: while it is the same, so is the status.
   *
   * @param offset of the wall clock, by which times are converted
   */
  private record ShownFacts(
      long version,
      List<Status.EventRecord> events,
      Status.@Nullable MailStatus mail,
      Duration offset) {}

  /**
   * @param mail null where no mail is sent
   */
  public StatusPublisher(
      ReconcileLoop loop,
      StatusBuilder builder,
      SteadyClock clock,
      Journal journal,
      Supplier<Status.@Nullable MailStatus> mail,
      PageLinks links,
      HistoryRecorder history) {
    this.links = links;
    this.history = history;
    this.loop = loop;
    this.builder = builder;
    this.clock = clock;
    this.journal = journal;
    this.mail = mail;
  }

  /** The status, for a person or a program that asks for it. */
  @Override
  public Status status() {
    loop.accept(new OperatorInput.StatusViewed());
    return current();
  }

  /** The status, without counting as somebody who looks at it. */
  public Status current() {
    Instant now = clock.instant();
    Instant wall = clock.wall(now);
    var facts =
        new ShownFacts(
            loop.state().version(), journal.events(), mail.get(), Duration.between(now, wall));
    Status known = last;
    Status status =
        known != null && facts.equals(shown)
            ? known.at(wall)
            : builder.build(loop.state(), facts.events(), facts.mail(), now);
    shown = facts;
    last = status;
    return status;
  }

  /** Takes a sample of the request rates and for the history, once a second at most. */
  public void sample() {
    rates.sample(loop.state().usedSlots(), clock.instant());
    history.sample(loop.state());
  }

  @Override
  public List<Integer> rates(String backend, @Nullable String slot) {
    return slot == null ? List.of() : rates.of(new SlotId(backend, slot));
  }

  @Override
  public Future<List<Status.EventRecord>> events(long since, int most) {
    return journal.since(since, most);
  }

  @Override
  public Future<EventPage> before(long id, int most, Predicate<Status.EventRecord> wanted) {
    return journal.before(id, most, wanted);
  }

  @Override
  public TrafficHistory history() {
    return history.history();
  }

  @Override
  public PageLinks links() {
    return links;
  }

  @Override
  public Duration sinceTurn() {
    return loop.sinceLastCycle();
  }

  @Override
  public @Nullable String unready() {
    State state = loop.state();
    if (!state.cycle().converged()) {
      return "not converged yet";
    }
    return state.haproxy().reachable() ? null : state.health().line(Component.HAPROXY);
  }
}
