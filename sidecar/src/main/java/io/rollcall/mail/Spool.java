package io.rollcall.mail;

import java.util.ArrayList;
import java.util.List;

/**
 * Mails that no server has accepted yet, in the order they are tried.
 *
 * @param dropped how many made room for newer ones
 */
public record Spool(List<Mail> mails, long dropped) {
  public static final Spool EMPTY = new Spool(List.of(), 0);

  private static final int MOST = 50;

  public Spool {
    mails = List.copyOf(mails);
  }

  /** With one more; the oldest goes where there are too many. */
  public Spool with(Mail mail) {
    var more = new ArrayList<>(mails);
    more.add(mail);
    boolean full = more.size() > MOST;
    if (full) {
      more.removeFirst();
    }
    return new Spool(more, dropped + (full ? 1 : 0));
  }

  Spool without(Mail mail) {
    return new Spool(mails.stream().filter(m -> !m.id().equals(mail.id())).toList(), dropped);
  }

  /** With this one behind all others: it is not to hold them up. */
  Spool behind(Mail mail) {
    var others = new ArrayList<>(without(mail).mails());
    others.add(mail);
    return new Spool(others, dropped);
  }
}
