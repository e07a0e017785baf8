package io.rollcall.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Mails that are still to be accepted for some receiver, in the order they are tried.
 *
 * @param dropped how many were given up, each for one receiver or, to make room for newer ones, for
 *     all
 */
public record Spool(List<OutgoingMail> mails, long dropped) {
  public static final Spool EMPTY = new Spool(List.of(), 0);

  private static final int MOST = 50;

  /** One mail and one of those it is for. */
  record Delivery(OutgoingMail mail, String to) {}

  public Spool {
    mails = List.copyOf(mails);
  }

  /** With one more; the oldest goes where there are too many. */
  public Spool with(OutgoingMail mail) {
    var more = new ArrayList<>(mails);
    more.add(mail);
    boolean full = more.size() > MOST;
    if (full) {
      more.removeFirst();
    }
    return new Spool(more, dropped + (full ? 1 : 0));
  }

  /** The first that is for a receiver of this kind; null where there is none. */
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

  /** Without one delivery, since it is done. */
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

  /** Without one delivery, since nothing will come of it. */
  Spool dropping(Delivery lost) {
    return new Spool(without(lost).mails, dropped + 1);
  }

  /** With this one behind all others but its own answers: it is not to hold them up. */
  Spool behind(Delivery late) {
    var others = new ArrayList<>(without(late).mails);
    int place = 0;
    while (place < others.size() && !others.get(place).references().contains(late.mail().id())) {
      place++;
    }
    others.add(place, late.mail().only(late.to()));
    return new Spool(others, dropped);
  }

  /** For these receivers alone. A mail for none of them goes to them all: it is for somebody. */
  Spool readdressed(List<String> receivers) {
    return new Spool(mails.stream().map(mail -> mail.readdressed(receivers)).toList(), dropped);
  }
}
