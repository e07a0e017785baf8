package io.rollcall.core.alert;

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
public record Watch(
    Phase phase,
    String incident,
    Instant since,
    Instant changed,
    boolean failing,
    String state,
    String why,
    List<Instant> falls,
    List<Instant> told) {

  public enum Phase {
    WELL,
    AMISS,
    TOLD,
    FLAPPING
  }

  /** How many falls are remembered at most; what flaps for days is not to fill the memory. */
  private static final int REMEMBERED = 1_000;

  public Watch {
    falls = List.copyOf(falls);
    told = List.copyOf(told);
  }

  static Watch begun(Instant now) {
    return new Watch(Phase.WELL, "", now, now, false, "", "", List.of(), List.of());
  }

  /** The next of it, and what is to be told. */
  record Turn(Watch watch, Alert.@Nullable Word word) {}

  /**
   * Looks at it.
   *
   * @param finding null where it is well
   * @param name of the incident, should one begin now
   */
  Turn next(Kind kind, @Nullable Finding finding, Instant now, Times times, String name) {
    Watch seen = aged(now, times).seen(finding, now);
    return switch (seen.phase) {
      case WELL -> new Turn(seen, null);
      case AMISS -> seen.amiss(kind, now, times, name);
      case TOLD -> seen.told(now, times);
      case FLAPPING -> seen.flapping(now, times);
    };
  }

  /** There is nothing to remember of it. */
  boolean forgettable() {
    return phase == Phase.WELL && falls.isEmpty() && told.isEmpty();
  }

  private Turn amiss(Kind kind, Instant now, Times times, String name) {
    boolean quiet = !told.isEmpty();
    boolean lasting = failing && lasts(now, quiet ? times.quietDelay(kind) : times.delay(kind));
    if (falls.size() >= times.falls() || (quiet && lasting)) {
      return new Turn(to(Phase.FLAPPING, name, now), Alert.Word.FLAPS);
    }
    if (!failing) {
      return new Turn(with(Phase.WELL, ""), null);
    }
    return lasting ? new Turn(to(Phase.TOLD, name, now), Alert.Word.FAILED) : new Turn(this, null);
  }

  private Turn told(Instant now, Times times) {
    if (falls.size() >= times.falls()) {
      return new Turn(to(Phase.FLAPPING, incident, now), Alert.Word.FLAPS);
    }
    return !failing && lasts(now, times.settle())
        ? new Turn(ended(now), Alert.Word.BACK)
        : new Turn(this, null);
  }

  private Turn flapping(Instant now, Times times) {
    return !failing && lasts(now, times.calm()) && told.size() <= 1
        ? new Turn(ended(now), Alert.Word.CALM)
        : new Turn(this, null);
  }

  /** Without what was too long ago to count. */
  private Watch aged(Instant now, Times times) {
    boolean open = phase == Phase.FLAPPING;
    List<Instant> recent =
        open ? falls : falls.stream().filter(at -> at.plus(times.recently()).isAfter(now)).toList();
    List<Instant> mails = told.stream().filter(at -> at.plus(times.quiet()).isAfter(now)).toList();
    return new Watch(phase, incident, since, changed, failing, state, why, recent, mails);
  }

  private Watch seen(@Nullable Finding finding, Instant now) {
    if (finding == null) {
      return failing
          ? new Watch(phase, incident, since, now, false, state, why, falls, told)
          : this;
    }
    if (failing) {
      return new Watch(
          phase, incident, since, changed, true, finding.state(), finding.why(), falls, told);
    }
    var fell = new ArrayList<>(falls);
    fell.add(now);
    if (fell.size() > REMEMBERED) {
      fell.remove(1); // the first says since when
    }
    boolean first = phase == Phase.WELL;
    return new Watch(
        first ? Phase.AMISS : phase,
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

  private Watch with(Phase next, String name) {
    return new Watch(next, name, since, changed, failing, state, why, falls, told);
  }

  private Watch to(Phase next, String name, Instant now) {
    var mails = new ArrayList<>(told);
    mails.add(now);
    Instant began = phase == Phase.AMISS && next == Phase.FLAPPING ? falls.getFirst() : since;
    return new Watch(next, name, began, changed, failing, state, why, falls, mails);
  }

  private Watch ended(Instant now) {
    var mails = new ArrayList<>(told);
    mails.add(now);
    List<Instant> fell = phase == Phase.FLAPPING ? List.of() : falls;
    return new Watch(Phase.WELL, "", since, changed, false, state, why, fell, mails);
  }
}
