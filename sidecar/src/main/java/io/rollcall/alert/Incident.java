package io.rollcall.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one subject over time.
 *
 * <pre>
 * from     to       when                                                          told
 * WELL     AMISS    it fails
 * AMISS    WELL     it is well before the delay is over
 * AMISS    TOLD     it fails for the delay, and no mail was within `quiet`        FAILED
 * AMISS    FLAPPING it failed `falls` times within `recently`                     FLAPS
 * AMISS    FLAPPING a mail was within `quiet`: it fails for `patience`            FLAPS
 * TOLD     FLAPPING it failed `falls` times within `recently`                     FLAPS
 * TOLD     WELL     it is well for `settle`                                       BACK
 * FLAPPING WELL     it is well for `calm`, with one mail at most within `quiet`   CALM
 * </pre>
 *
 * So whatever it does, it is told three times at most within {@code quiet}: while it is not
 * flapping, two of these are there at most, and there is always one left for FLAPS.
 *
 * @param incident empty while nothing was told
 * @param since when the trouble, or the first of many, began
 * @param changed when it last failed or was well again
 * @param failing it fails now
 * @param state as it failed last
 * @param why as it failed last
 * @param falls when it failed {@code recently}, and since the incident began
 * @param told when mails about it were asked for, within {@code quiet}
 */
public record Incident(
    IncidentState phase,
    String incident,
    Instant since,
    Instant changed,
    boolean failing,
    String state,
    String why,
    List<Instant> falls,
    List<Instant> told) {

  public enum IncidentState {
    WELL,
    AMISS,
    TOLD,
    FLAPPING
  }

  /** How many falls are remembered at most; what flaps for days is not to fill the memory. */
  private static final int REMEMBERED = 1_000;

  public Incident {
    falls = List.copyOf(falls);
    told = List.copyOf(told);
  }

  static Incident begun(Instant now) {
    return new Incident(IncidentState.WELL, "", now, now, false, "", "", List.of(), List.of());
  }

  /** The next of it, and what is to be told. */
  record IncidentUpdate(Incident watch, Alert.@Nullable AlertType word) {}

  /**
   * Looks at it.
   *
   * @param finding null where it is well
   * @param name of the incident, should one begin now
   */
  IncidentUpdate next(
      AlertKind kind, @Nullable Finding finding, Instant now, AlertTimings times, String name) {
    Incident seen = aged(now, times).seen(finding, now);
    return switch (seen.phase) {
      case WELL -> new IncidentUpdate(seen, null);
      case AMISS -> seen.amiss(kind, now, times, name);
      case TOLD -> seen.told(now, times);
      case FLAPPING -> seen.flapping(now, times);
    };
  }

  /** There is nothing to remember of it. */
  boolean forgettable() {
    return phase == IncidentState.WELL && falls.isEmpty() && told.isEmpty();
  }

  private IncidentUpdate amiss(AlertKind kind, Instant now, AlertTimings times, String name) {
    boolean quiet = !told.isEmpty();
    boolean lasting = failing && lasts(now, quiet ? times.quietDelay(kind) : times.delay(kind));
    if (falls.size() >= times.falls() || (quiet && lasting)) {
      return new IncidentUpdate(to(IncidentState.FLAPPING, name, now), Alert.AlertType.FLAPS);
    }
    if (!failing) {
      return new IncidentUpdate(with(IncidentState.WELL, ""), null);
    }
    return lasting
        ? new IncidentUpdate(to(IncidentState.TOLD, name, now), Alert.AlertType.FAILED)
        : new IncidentUpdate(this, null);
  }

  private IncidentUpdate told(Instant now, AlertTimings times) {
    if (falls.size() >= times.falls()) {
      return new IncidentUpdate(to(IncidentState.FLAPPING, incident, now), Alert.AlertType.FLAPS);
    }
    return !failing && lasts(now, times.settle())
        ? new IncidentUpdate(ended(now), Alert.AlertType.BACK)
        : new IncidentUpdate(this, null);
  }

  private IncidentUpdate flapping(Instant now, AlertTimings times) {
    return !failing && lasts(now, times.calm()) && told.size() <= 1
        ? new IncidentUpdate(ended(now), Alert.AlertType.CALM)
        : new IncidentUpdate(this, null);
  }

  /** Without what was too long ago to count. */
  private Incident aged(Instant now, AlertTimings times) {
    boolean open = phase == IncidentState.FLAPPING;
    List<Instant> recent =
        open ? falls : falls.stream().filter(at -> at.plus(times.recently()).isAfter(now)).toList();
    List<Instant> mails = told.stream().filter(at -> at.plus(times.quiet()).isAfter(now)).toList();
    return new Incident(phase, incident, since, changed, failing, state, why, recent, mails);
  }

  private Incident seen(@Nullable Finding finding, Instant now) {
    if (finding == null) {
      return failing
          ? new Incident(phase, incident, since, now, false, state, why, falls, told)
          : this;
    }
    if (failing) {
      return new Incident(
          phase, incident, since, changed, true, finding.state(), finding.why(), falls, told);
    }
    var fell = new ArrayList<>(falls);
    fell.add(now);
    if (fell.size() > REMEMBERED) {
      fell.remove(1); // the first says since when
    }
    boolean first = phase == IncidentState.WELL;
    return new Incident(
        first ? IncidentState.AMISS : phase,
        incident,
        first ? now : since,
        now,
        true,
        finding.state(),
        finding.why(),
        fell,
        told);
  }

  private boolean lasts(Instant now, Duration time) {
    return !now.isBefore(changed.plus(time));
  }

  private Incident with(IncidentState next, String name) {
    return new Incident(next, name, since, changed, failing, state, why, falls, told);
  }

  private Incident to(IncidentState next, String name, Instant now) {
    var mails = new ArrayList<>(told);
    mails.add(now);
    Instant began =
        phase == IncidentState.AMISS && next == IncidentState.FLAPPING ? falls.getFirst() : since;
    return new Incident(next, name, began, changed, failing, state, why, falls, mails);
  }

  private Incident ended(Instant now) {
    var mails = new ArrayList<>(told);
    mails.add(now);
    List<Instant> fell = phase == IncidentState.FLAPPING ? List.of() : falls;
    return new Incident(IncidentState.WELL, "", since, changed, false, state, why, fell, mails);
  }
}
