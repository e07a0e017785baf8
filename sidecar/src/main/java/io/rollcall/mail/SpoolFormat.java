package io.rollcall.mail;

import static io.rollcall.core.StoredFormat.required;

import io.rollcall.mail.MailDocument.StoredMail;
import io.rollcall.mail.MailDocument.StoredSpool;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The mails that wait, in {@code mail.json}. Every version reads and writes them like this. */
final class SpoolFormat {
  private SpoolFormat() {}

  static StoredSpool write(Spool spool, UnaryOperator<Instant> time) {
    return new StoredSpool(
        spool.mails().stream().map(mail -> write(mail, time)).toList(), spool.dropped());
  }

  static Spool read(StoredSpool spool, UnaryOperator<Instant> time) {
    return new Spool(
        present(spool.mails()).stream().map(mail -> read(required(mail, "mails"), time)).toList(),
        spool.dropped());
  }

  private static StoredMail write(OutgoingMail mail, UnaryOperator<Instant> time) {
    return new StoredMail(
        mail.id(),
        mail.references(),
        mail.to(),
        time.apply(mail.at()),
        mail.urgent(),
        mail.subject(),
        mail.text(),
        mail.html());
  }

  private static OutgoingMail read(StoredMail mail, UnaryOperator<Instant> time) {
    return new OutgoingMail(
        required(mail.id(), "id"),
        texts(present(mail.references())),
        texts(required(mail.to(), "to")),
        time.apply(required(mail.at(), "at")),
        mail.urgent(),
        required(mail.subject(), "subject"),
        required(mail.text(), "text"),
        required(mail.html(), "html"));
  }

  private static List<String> texts(List<String> texts) {
    return texts.stream().map(text -> required(text, "text")).toList();
  }

  private static <V> List<V> present(@Nullable List<V> list) {
    return list == null ? List.of() : list;
  }
}
