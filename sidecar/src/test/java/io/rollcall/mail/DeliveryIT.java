package io.rollcall.mail;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.SteadyClock;
import io.rollcall.core.status.Status;
import io.rollcall.mail.FakeSmtp.Fault;
import io.rollcall.testing.EventLoop;
import io.rollcall.testing.Figures;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Delivery to a server that misbehaves. */
class DeliveryIT {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final EventLoop loop = new EventLoop();
  private final List<String> failures = new ArrayList<>();
  private final List<String> saved = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();
  private final List<Outbox> boxes = new ArrayList<>();
  private @Nullable Spool lastSaved;

  @AfterEach
  void end() {
    boxes.forEach(box -> loop.get(box::close));
    loop.close();
  }

  private Outbox outbox(FakeSmtp smtp) {
    return outbox(smtp, "night@example.org");
  }

  private Outbox outbox(FakeSmtp smtp, String... to) {
    var server =
        new SmtpServer(
            "127.0.0.1",
            smtp.port(),
            SmtpServer.Security.OPTIONAL,
            "ops",
            "secret",
            "rollcall@example.org",
            List.of(to));
    var box = new Outbox[1];
    box[0] =
        new Outbox(
            loop.vertx(),
            new SteadyClock(InstantSource.system(), System::nanoTime),
            new SmtpSender(server, Duration.ofSeconds(2)),
            () -> save(box[0], smtp),
            new Outbox.DeliveryListener() {
              @Override
              public void accepted(OutgoingMail mail, String to, boolean last) {}

              @Override
              public void dropped(OutgoingMail mail, String to, String why) {
                dropped.add(mail.subject() + " for " + to);
              }

              @Override
              public void failing(@Nullable String line) {
                failures.add(String.valueOf(line));
              }
            });
    boxes.add(box[0]);
    return box[0];
  }

  /** Takes some time, like a disk. */
  private Future<Void> save(Outbox box, FakeSmtp smtp) {
    Spool spool = box.spool();
    if (spool.equals(lastSaved)) {
      return Future.succeededFuture();
    }
    lastSaved = spool;
    return loop.vertx()
        .timer(20, TimeUnit.MILLISECONDS)
        .map(_ -> {
          saved.add(spool.mails().size() + " waiting, " + smtp.accepted().size() + " sent");
          return null;
        });
  }

  private static OutgoingMail mail(int n, String subject) {
    return mail(n, subject, Instant.now(), "night@example.org");
  }

  private static OutgoingMail mail(int n, String subject, Instant at, String... to) {
    return new OutgoingMail(
        "m" + n + "@example.org",
        List.of("m0@example.org"),
        List.of(to),
        at,
        true,
        subject,
        "text\n.\nafter a dot\n",
        "<p>text</p>");
  }

  private void post(Outbox box, OutgoingMail... mails) {
    loop.call(() -> {
      Arrays.stream(mails).forEach(box::add);
      box.deliver();
      return 0;
    });
  }

  private Status.MailStatus status(Outbox box) {
    return loop.call(box::status);
  }

  /** Processor time of each event loop, in ns: independent of the load of the machine. */
  private static Map<Long, Long> loopTimes() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("vert.x-eventloop"))
        .collect(Collectors.toMap(Thread::threadId, t -> THREADS.getThreadCpuTime(t.threadId())));
  }

  @ParameterizedTest
  @CsvSource({
    "SILENT, timed out after 2 s",
    "STALLS, timed out after 2 s",
    "STALLS_AFTER_DATA, timed out after 2 s",
    "REFUSES_THE_SENDER, 553 who are you",
    "REFUSES_THE_LOGIN, 535 wrong password",
    "GARBAGE, HTTP/1.1 400 what",
    "DROPS_AFTER_DATA, closed"
  })
  void reportsAFailureAndDeliversOnceItIsOver(Fault fault, String message) throws Exception {
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      Outbox box = outbox(smtp);
      post(box, mail(1, "one"));
      await().until(() -> status(box).undelivered() == 0);
      int before = smtp.ended();
      int accepted = smtp.accepted().size();
      smtp.now(fault);
      post(box, mail(2, "two"));
      await().until(() -> status(box).lastError() != null);
      Status.MailStatus shown = status(box);
      assertEquals(1, shown.undelivered());
      String error = String.valueOf(shown.lastError());
      assertTrue(error.startsWith("127.0.0.1:" + smtp.port() + ": "), error);
      assertTrue(error.contains(message), error);
      assertFalse(error.matches("(?s).*[\\p{Cc}\\p{Cf}].*"), error);
      assertEquals("1 mail undelivered: " + error, failures.getLast());
      if (fault != Fault.DROPS_AFTER_DATA) {
        await().until(() -> smtp.ended() > before); // and the connection was closed
      }
      smtp.now(Fault.NONE);
      await().until(() -> smtp.accepted().size() > accepted);
      await().until(() -> status(box).lastError() == null);
      assertEquals(0, status(box).undelivered());
      assertEquals("null", failures.getLast());
    }
  }

  @Test
  void keepsTheWorkOffTheCallersEventLoop() throws Exception {
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      Outbox box = outbox(smtp);
      long loopThread = loop.call(() -> Thread.currentThread().threadId());
      Map<Long, Long> before = loopTimes();
      post(box, IntStream.range(0, 20).mapToObj(n -> mail(n, "m")).toArray(OutgoingMail[]::new));
      await().until(() -> status(box).undelivered() == 0);
      Map<Long, Long> took = loopTimes();
      took.replaceAll((thread, time) -> time - before.getOrDefault(thread, 0L));
      long held = took.remove(loopThread);
      long elsewhere = took.values().stream().mapToLong(time -> time).sum();
      String line = "of 20 mails %,d us on the loop, %,d us elsewhere";
      Figures.tell("mail-loop", List.of(line.formatted(held / 1000, elsewhere / 1000)));
      assertTrue(held < elsewhere, line.formatted(held / 1000, elsewhere / 1000));
    }
  }

  @Test
  void reportsARefusedConnection() throws Exception {
    var smtp = new FakeSmtp(Fault.NONE);
    smtp.close();
    Outbox box = outbox(smtp);
    post(box, mail(1, "one"));
    await().until(() -> status(box).lastError() != null);
    assertEquals("127.0.0.1:" + smtp.port() + ": Connection refused", status(box).lastError());
  }

  @Test
  void givesUpAMailThatIsRefusedPermanently() throws Exception {
    try (var smtp = new FakeSmtp(Fault.REFUSES_THE_RECEIVER)) {
      Outbox box = outbox(smtp);
      post(box, mail(1, "one"));
      await().until(() -> status(box).dropped() == 1);
      assertEquals(0, status(box).undelivered());
      assertTrue(String.valueOf(status(box).lastError()).endsWith("550 nobody of that name"));
      assertEquals(List.of("one for night@example.org"), dropped);
      assertEquals(status(box).lastError(), failures.getLast());
      smtp.now(Fault.NONE);
      post(box, mail(2, "two"));
      await().until(() -> smtp.accepted().size() == 1);
      await().until(() -> status(box).lastError() == null);
    }
  }

  @Test
  void givesUpAfterFiveDays() throws Exception {
    try (var smtp = new FakeSmtp(Fault.REFUSES_THE_LOGIN)) {
      Outbox box = outbox(smtp);
      Instant now = Instant.now();
      String to = "night@example.org";
      post(box, mail(1, "old", now.minus(Duration.ofDays(6)), to), mail(2, "new", now, to));
      await().until(() -> status(box).dropped() == 1);
      assertEquals(List.of("old for night@example.org"), dropped);
      assertEquals(1, status(box).undelivered());
    }
  }

  @ParameterizedTest
  @CsvSource({"REFUSES_NIGHT, 0, 1, 550", "PUTS_NIGHT_OFF, 1, 0, 450"})
  void handlesEachReceiverSeparately(Fault fault, int waiting, int lost, String code)
      throws Exception {
    try (var smtp = new FakeSmtp(fault)) {
      Outbox box = outbox(smtp, "night@example.org", "day@example.org");
      post(box, mail(1, "one", Instant.now(), "night@example.org", "day@example.org"));
      await().until(() -> smtp.accepted().size() == 1);
      await().until(() -> status(box).lastSentAt() != null);
      Status.MailStatus shown = status(box);
      assertEquals(waiting, shown.undelivered());
      assertEquals(lost, shown.dropped());
      String error = String.valueOf(shown.lastError());
      assertTrue(error.contains(code) && error.endsWith(" (for night@example.org)"), error);
      smtp.now(Fault.NONE);
      await().until(() -> status(box).undelivered() == 0);
      List<String> heads =
          smtp.accepted().stream()
              .flatMap(String::lines)
              .filter(line -> line.startsWith("To:") || line.startsWith("Message-ID:"))
              .toList();
      List<String> expected =
          waiting == 0
              ? List.of("To: day@example.org")
              : List.of("To: day@example.org", "To: night@example.org");
      assertEquals(expected, heads.stream().filter(line -> line.startsWith("To:")).toList());
      assertEquals(1 + waiting, Collections.frequency(heads, "Message-ID: <m1@example.org>"));
    }
  }

  @Test
  void sendsOtherMailsBeforeADeferredOne() throws Exception {
    try (var smtp = new FakeSmtp(Fault.PUTS_POISON_OFF)) {
      Outbox box = outbox(smtp);
      post(box, mail(1, "poison"), mail(2, "two"));
      await().until(() -> smtp.accepted().size() == 1);
      await().until(() -> status(box).undelivered() == 1);
      smtp.now(Fault.NONE);
      await().until(() -> status(box).undelivered() == 0);
    }
  }

  @Test
  void savesEachChangeBeforeTheNextTry() throws Exception {
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      Outbox box = outbox(smtp);
      post(box, mail(1, "one"), mail(2, "two"), mail(3, "three"));
      await().until(() -> status(box).undelivered() == 0);
      await().until(() -> saved.size() == 4);
      assertEquals(
          List.of(
              "3 waiting, 0 sent", "2 waiting, 1 sent", "1 waiting, 2 sent", "0 waiting, 3 sent"),
          saved);
      assertNull(status(box).lastError());
    }
  }

  @Test
  void waitsForTheServersReplyWhenItCloses() throws Exception {
    try (var smtp = new FakeSmtp(Fault.REPLIES_ON_REQUEST)) {
      Outbox box = outbox(smtp);
      post(box, mail(1, "one"), mail(2, "two"));
      await().until(() -> smtp.accepted().size() == 1);
      boxes.clear();
      Future<Void> closed = loop.start(box::close);
      smtp.answer();
      closed.await(5, TimeUnit.SECONDS);
      assertEquals(1, status(box).undelivered(), "the first is accepted, the second not begun");
      assertEquals("1 waiting, 1 sent", saved.getLast());
    }
  }

  /** No name adds or changes a header. */
  @ParameterizedTest
  @CsvSource({"plain", "ünïcødé 漢字", "a\\nBcc: x@example.org", "(\\u202e)"})
  void writesEveryHeaderInItsPlace(String name) throws Exception {
    String subject = Sanitizer.line((name + " ").replace("\\n", "\r\n").repeat(40), 500);
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      post(outbox(smtp), mail(7, subject));
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
