package io.rollcall.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpoolTest {
  private static final OutgoingMail DOWN = mail("down", List.of());
  private static final OutgoingMail OTHER = mail("other", List.of());
  private static final OutgoingMail BACK = mail("back", List.of("down"));

  private static OutgoingMail mail(String id, List<String> references) {
    return new OutgoingMail(
        id, references, List.of("a@x", "b@x"), Instant.EPOCH, false, id, "text", "<p>text</p>");
  }

  private static Spool spool(OutgoingMail... mails) {
    return new Spool(List.of(mails), 0);
  }

  private static List<String> ids(Spool spool) {
    return spool.mails().stream().map(mail -> mail.id() + mail.to()).toList();
  }

  @Test
  void defersAMailForOneReceiverOnly() {
    var late = new Spool.Delivery(DOWN, "a@x");
    assertEquals(
        List.of("down[b@x]", "other[a@x, b@x]", "down[a@x]"),
        ids(spool(DOWN, OTHER).deferring(late)));
  }

  @Test
  void keepsADeferredMailBeforeThoseThatFollowIt() {
    var late = new Spool.Delivery(DOWN, "a@x");
    assertEquals(
        List.of("down[b@x]", "other[a@x, b@x]", "down[a@x]", "back[a@x, b@x]"),
        ids(spool(DOWN, OTHER, BACK).deferring(late)));
  }

  @Test
  void sendsAMailToAllReceiversIfItsOwnAreNoLongerConfigured() {
    assertEquals(List.of("down[b@x]"), ids(spool(DOWN).readdressed(List.of("b@x", "c@x"))));
    assertEquals(List.of("down[c@x, d@x]"), ids(spool(DOWN).readdressed(List.of("c@x", "d@x"))));
  }
}
