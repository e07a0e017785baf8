package io.rollcall.mail;

import java.time.Instant;
import java.util.List;

/**
 * A mail that is not yet accepted for all of its receivers. It is sent as it was written, however
 * late.
 *
 * @param id its Message-ID without the brackets; the same at each try
 * @param references Message-IDs without the brackets of the mails that it follows
 * @param to receivers for whom it is not yet accepted
 * @param at when it was written
 * @param urgent marked as important
 * @param subject one line of plain text
 */
public record OutgoingMail(
    String id,
    List<String> references,
    List<String> to,
    Instant at,
    boolean urgent,
    String subject,
    String text,
    String html) {
  public OutgoingMail {
    references = List.copyOf(references);
    to = List.copyOf(to);
  }

  OutgoingMail without(String receiver) {
    return with(to.stream().filter(one -> !one.equals(receiver)).toList());
  }

  OutgoingMail only(String receiver) {
    return with(List.of(receiver));
  }

  OutgoingMail readdressed(List<String> receivers) {
    List<String> left = to.stream().filter(receivers::contains).toList();
    return with(left.isEmpty() ? receivers : left);
  }

  private OutgoingMail with(List<String> receivers) {
    return new OutgoingMail(id, references, receivers, at, urgent, subject, text, html);
  }
}
