package io.rollcall.mail;

import io.rollcall.core.WrittenAt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@code mail.json}. Their names and meanings never change; a field that was added
 * later is null, 0 or false in an older file. {@link MailFormat} has the defaults.
 *
 * <p><b>Stable in every version:</b> {@code written} and {@code spool}, so that no mail is lost by
 * a downgrade.
 *
 * @param written absent in files of the first releases
 * @param watches incidents, in no particular order
 * @param drifts by pool
 * @param threads by incident, the id of the notification that reported it first
 * @param desk alerts that wait to be sent
 * @param next number of the next incident or notification
 */
record MailDocument(
    int version,
    @Nullable WrittenAt written,
    @Nullable List<StoredWatch> watches,
    @Nullable Map<String, StoredDrift> drifts,
    @Nullable Map<String, String> threads,
    @Nullable StoredDesk desk,
    long next,
    @Nullable StoredSpool spool) {

  record StoredWatch(@Nullable StoredSubject subject, @Nullable StoredIncident watch) {}

  /**
   * What an alert is about.
   *
   * @param kind EMPTY, LOW, HELD, FULL, MEMBER, DRIFT or PART
   */
  record StoredSubject(@Nullable String kind, @Nullable String pool, @Nullable String name) {}

  /**
   * The history of one subject.
   *
   * @param phase WELL, AMISS, TOLD or FLAPPING
   * @param falls when it failed
   * @param told when mails about it were written
   */
  record StoredIncident(
      @Nullable String phase,
      @Nullable String incident,
      @Nullable Instant since,
      @Nullable Instant changed,
      boolean failing,
      @Nullable String state,
      @Nullable String why,
      @Nullable List<Instant> falls,
      @Nullable List<Instant> told) {}

  record StoredDrift(long found, @Nullable List<Instant> at) {}

  record StoredDesk(
      @Nullable List<StoredAlert> waiting,
      @Nullable Instant since,
      @Nullable List<Instant> sent,
      int withheld) {}

  /**
   * An alert that waits to be sent.
   *
   * @param word FAILED, FLAPS, BACK or CALM
   */
  record StoredAlert(
      @Nullable String incident,
      @Nullable StoredSubject subject,
      @Nullable String word,
      @Nullable String state,
      @Nullable String why,
      @Nullable Instant since,
      @Nullable Instant until,
      int falls) {}

  record StoredSpool(@Nullable List<StoredMail> mails, long dropped) {}

  record StoredMail(
      @Nullable String id,
      @Nullable List<String> references,
      @Nullable List<String> to,
      @Nullable Instant at,
      boolean urgent,
      @Nullable String subject,
      @Nullable String text,
      @Nullable String html) {}

  /** The stable fields alone. */
  record StableMail(@Nullable WrittenAt written, @Nullable StoredSpool spool) {}
}
