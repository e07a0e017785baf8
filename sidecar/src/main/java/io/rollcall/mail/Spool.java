package io.rollcall.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Mails that are not yet accepted for all of their receivers, in the order in which they are tried.
 *
 * @param dropped how many were given up, each for one receiver or, to make room for newer ones, for
 *     all
 */
public record Spool(List<OutgoingMail> mails, long dropped) {
  public static final Spool EMPTY = new Spool(List.of(), 0);

  private static final int MAX_MAILS = 50;

  /** One mail and one of its receivers. */
  record Delivery(OutgoingMail mail, String to) {}

  public Spool {
    mails = List.copyOf(mails);
  }

  /** With one more; drops the oldest if the spool is full. */
  public Spool with(OutgoingMail mail) {
    var more = new ArrayList<>(mails);
    more.add(mail);
    boolean full = more.size() > MAX_MAILS;
    if (full) {
      more.removeFirst();
    }
    return new Spool(more, dropped + (full ? 1 : 0));
  }

  /** The first delivery to a receiver that is accepted; null if there is none. */
  @Nullable Delivery first(Predicate<String> receiver) {
    for (OutgoingMail mail : mails) {
      for (String to : mail.to()) {
        if (receiver.test(to)) {
          return new Delivery(mail, to);
        }
      }
    }
    return null;
  }

  /** Without a delivery that was accepted. */
  Spool without(Delivery done) {
    var left = new ArrayList<OutgoingMail>();
    for (OutgoingMail mail : mails) {
      OutgoingMail rest = mail.id().equals(done.mail().id()) ? mail.without(done.to()) : mail;
      if (!rest.to().isEmpty()) {
        left.add(rest);
      }
    }
    return new Spool(left, dropped);
  }

  /** Without a delivery that is given up. */
  Spool dropping(Delivery lost) {
    return new Spool(without(lost).mails, dropped + 1);
  }

  /** With a deferred delivery after all other mails, but before those that follow it. */
  Spool deferring(Delivery late) {
    var others = new ArrayList<>(without(late).mails);
    int place = 0;
    while (place < others.size() && !others.get(place).references().contains(late.mail().id())) {
      place++;
    }
    others.add(place, late.mail().only(late.to()));
    return new Spool(others, dropped);
  }

  /** For these receivers only. A mail for none of them goes to all of them: it is not lost. */
  Spool readdressed(List<String> receivers) {
    return new Spool(mails.stream().map(mail -> mail.readdressed(receivers)).toList(), dropped);
  }
}
