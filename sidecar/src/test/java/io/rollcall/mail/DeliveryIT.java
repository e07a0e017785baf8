package io.rollcall.mail;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Status;
import io.rollcall.mail.FakeSmtp.Fault;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.Figures;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mail on its way to a server that misbehaves. */
class DeliveryIT {
  private static final long TICK_MILLIS = 5;

  private final EventLoop loop = new EventLoop();
  private final List<String> troubles = new ArrayList<>();
  private final List<String> saved = new ArrayList<>();
  private final List<Postbox> boxes = new ArrayList<>();

  @AfterEach
  void end() {
    boxes.forEach(box -> loop.get(box::close));
    loop.close();
  }

  private Postbox postbox(FakeSmtp smtp) {
    return postbox(smtp, "night@example.org");
  }

  private Postbox postbox(FakeSmtp smtp, String... to) {
    var server =
        new SmtpServer(
            "127.0.0.1",
            smtp.port(),
            SmtpServer.Security.OPTIONAL,
            "ops",
            "secret",
            "rollcall@example.org",
            List.of(to));
    var box = new Postbox[1];
    box[0] =
        new Postbox(
            loop.vertx(),
            InstantSource.system(),
            new Courier(server, Duration.ofSeconds(2)),
            () -> {
              saved.add(box[0].spool().mails().size() + " waiting");
              return Future.succeededFuture();
            },
            new Postbox.Listener() {
              @Override
              public void accepted(Mail mail, List<String> refused) {}

              @Override
              public void trouble(@Nullable String line) {
                troubles.add(String.valueOf(line));
              }
            });
    boxes.add(box[0]);
    return box[0];
  }

  private static Mail mail(int n, String subject) {
    return new Mail(
        "m" + n + "@example.org",
        List.of("m0@example.org"),
        Instant.EPOCH,
        true,
        subject,
        "text\n.\nafter a dot\n",
        "<p>text</p>");
  }

  private void post(Postbox box, Mail... mails) {
    loop.call(() -> {
      Arrays.stream(mails).forEach(box::put);
      box.deliver();
      return 0;
    });
  }

  private Status.Mail status(Postbox box) {
    return loop.call(box::status);
  }

  /** The latest of a tick each 5 ms while the work is done, in ms. */
  private long latest(Runnable work) {
    long[] last = {System.nanoTime(), 0};
    long timer =
        loop.call(() ->
            loop.vertx()
                .setPeriodic(
                    TICK_MILLIS,
                    _ -> {
                      long now = System.nanoTime();
                      last[1] = Math.max(last[1], now - last[0]);
                      last[0] = now;
                    }));
    work.run();
    return loop.call(() -> {
      loop.vertx().cancelTimer(timer);
      return last[1];
    })
        / 1_000_000;
  }

  @ParameterizedTest
  @CsvSource({
    "SILENT, no end within 2 s",
    "STALLS, no end within 2 s",
    "STALLS_AFTER_DATA, no end within 2 s",
    "REFUSES_THE_RECEIVER, 550 nobody of that name",
    "REFUSES_THE_LOGIN, 535 wrong password",
    "GARBAGE, HTTP/1.1 400 what",
    "DROPS_AFTER_DATA, closed"
  })
  void saysWhatIsWrongAndDeliversOnceThatIsOver(Fault fault, String said) throws Exception {
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      Postbox box = postbox(smtp);
      long cold =
          latest(() -> {
            post(box, mail(1, "first")); // classes are loaded
            await().until(() -> status(box).undelivered() == 0);
          });
      int before = smtp.ended();
      int accepted = smtp.accepted().size();
      smtp.now(fault);
      long latest =
          latest(() -> {
            post(box, mail(2, "two"));
            await().until(() -> status(box).lastError() != null);
          });
      Status.Mail shown = status(box);
      assertEquals(1, shown.undelivered());
      String error = String.valueOf(shown.lastError());
      assertTrue(error.startsWith("127.0.0.1:" + smtp.port() + ": "), error);
      assertTrue(error.contains(said), error);
      assertFalse(error.matches("(?s).*[\\p{Cc}\\p{Cf}].*"), error);
      assertEquals("1 mail undelivered: " + error, troubles.getLast());
      Figures.tell(
          "mail-" + fault,
          List.of(
              fault
                  + ": the loop's latest tick "
                  + latest
                  + " ms, with the first mail "
                  + cold
                  + " ms, "
                  + error));
      assertTrue(latest < 500, "the loop was held up for " + latest + " ms");
      if (fault != Fault.DROPS_AFTER_DATA) {
        await().until(() -> smtp.ended() > before); // and the connection was closed
      }
      smtp.now(Fault.NONE);
      await().until(() -> smtp.accepted().size() > accepted);
      await().until(() -> status(box).lastError() == null);
      assertEquals(0, status(box).undelivered());
      assertEquals("null", troubles.getLast());
    }
  }

  @Test
  void saysOnceWhereNobodyListens() throws Exception {
    var smtp = new FakeSmtp(Fault.NONE);
    smtp.close();
    Postbox box = postbox(smtp);
    post(box, mail(1, "one"));
    await().until(() -> status(box).lastError() != null);
    assertEquals("127.0.0.1:" + smtp.port() + ": Connection refused", status(box).lastError());
  }

  @Test
  void deliversToTheOthersWhereOneReceiverIsRefused() throws Exception {
    try (var smtp = new FakeSmtp(Fault.REFUSES_THE_FIRST_RECEIVER)) {
      Postbox box = postbox(smtp, "night@example.org", "day@example.org");
      post(box, mail(1, "one"));
      await().until(() -> status(box).lastSentAt() != null);
      assertEquals("refused for night@example.org", status(box).lastError());
      assertEquals(0, status(box).undelivered());
      assertEquals(1, smtp.accepted().size(), troubles::toString);
    }
  }

  @Test
  void recordsEachAcceptanceBeforeTheNextMailGoesOut() throws Exception {
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      Postbox box = postbox(smtp);
      post(box, mail(1, "one"), mail(2, "two"), mail(3, "three"));
      await().until(() -> smtp.accepted().size() == 3);
      await().until(() -> status(box).undelivered() == 0);
      await().until(() -> saved.size() == 3);
      assertEquals(List.of("2 waiting", "1 waiting", "0 waiting"), saved);
      assertNull(status(box).lastError());
    }
  }

  /** What a header says is what was meant, whatever a member is called. */
  @ParameterizedTest
  @CsvSource({"plain", "ünïcødé 漢字", "a\\nBcc: x@example.org", "(\\u202e)"})
  void writesEveryHeaderInItsPlace(String name) throws Exception {
    String subject = Plain.line((name + " ").replace("\\n", "\r\n").repeat(40), 500);
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      post(postbox(smtp), mail(7, subject));
      await().until(() -> smtp.accepted().size() == 1);
      String data = smtp.accepted().getFirst();
      String head = data.split("\n\n", 2)[0];
      List<String> lines = head.replaceAll("\n[ \t]+", " ").lines().toList();
      List<String> names = lines.stream().map(line -> line.split(":", 2)[0]).sorted().toList();
      assertEquals(
          List.of(
              "Auto-Submitted",
              "Content-Type",
              "Date",
              "From",
              "Importance",
              "In-Reply-To",
              "MIME-Version",
              "Message-ID",
              "References",
              "Subject",
              "To",
              "X-Priority"),
          names);
      assertTrue(lines.contains("Message-ID: <m7@example.org>"), head);
      assertTrue(lines.contains("References: <m0@example.org>"), head);
      assertTrue(data.lines().allMatch(line -> line.length() <= 998), head);
    }
  }
}
