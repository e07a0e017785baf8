package io.rollcall.http.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as pages show it.
 *
 * @param memberLink the address of the events of its member, empty for none
 * @param where pool and slot, may be empty
 * @param incident the address of its incident, null if it is none
 */
record EventView(
    TimeView time,
    String age,
    String kind,
    String severity,
    String member,
    String memberLink,
    String text,
    String where,
    @Nullable String took,
    @Nullable String incident) {

  /** A time, and its text with date and zone. */
  record TimeView(Instant at, String text) {}

  /**
   * One event, or several that are folded.
   *
   * @param title of folded events, empty for one that is shown as it is
   */
  record EventItem(String title, List<EventView> events) {}

  /** A link to an incident. */
  record IncidentLink(
      String link, String severity, String title, TimeView time, String age, int events) {}

  /** The newest events, and the newest incidents among them. */
  record EventList(List<EventItem> items, List<IncidentLink> incidents) {}

  /**
   * A page of the journal.
   *
   * @param kinds all that can be selected
   * @param now by the sidecar's clock, which counts the ages
   * @param older the address of older events, null if there are none
   */
  record EventsView(
      Instant now,
      EventQuery query,
      String member,
      List<String> kinds,
      List<EventItem> items,
      @Nullable String older) {

    /** There may be newer ones. */
    boolean isOlder() {
      return query.before() != Long.MAX_VALUE;
    }

    /** The address of the newest ones. */
    String newest() {
      return query.older(Long.MAX_VALUE);
    }
  }

  /**
   * One incident.
   *
   * @param now by the sidecar's clock, which counts the ages
   * @param effects what it meant
   * @param actions what people did
   * @param text all of it as text
   */
  record IncidentView(
      Instant now,
      String title,
      String severity,
      String shape,
      TimeView begin,
      TimeView end,
      String length,
      List<String> effects,
      List<String> actions,
      List<EventItem> items,
      String text) {}
}
