package io.rollcall.mail;

import io.rollcall.alert.AlertState;

/**
 * What alerting remembers, and the mails that wait to be delivered. Both are kept in one file,
 * {@link MailFormat}, and change in one step: no alert is lost between them, and none is sent
 * twice.
 */
public record MailState(AlertState alerts, Spool spool) {
  public static final MailState EMPTY = new MailState(AlertState.EMPTY, Spool.EMPTY);
}
