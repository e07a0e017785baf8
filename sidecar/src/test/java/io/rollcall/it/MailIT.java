package io.rollcall.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.testing.RealSmtp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts by mail to a real server. */
class MailIT {
  @TempDir Path folder;
  private MailBalancer balancer;

  @BeforeEach
  void start() throws Exception {
    balancer = new MailBalancer(folder, "mail-sidecar");
    balancer.start();
  }

  @AfterEach
  void end() throws IOException {
    balancer.close();
  }

  @Test
  void reportsAFailedBackendAndItsRecoveryInOneThread() {
    balancer.s1.close();
    balancer.awaitMails(1);
    balancer.s1ComesBack();
    balancer.awaitMails(2);
    List<RealSmtp.Received> mails = balancer.smtp.received();
    assertTrue(
        mails.get(0).header("subject").startsWith("nodes/s1 down: L"),
        balancer.smtp.subjects()::toString);
    assertTrue(
        mails.get(1).header("subject").startsWith("nodes/s1 recovered after "),
        balancer.smtp.subjects()::toString);
    String thread = mails.get(0).header("message-id");
    assertTrue(thread.matches("<[^<>\\s]+@example\\.org>"), thread);
    assertEquals(thread, mails.get(1).header("references"));
    assertEquals(thread, mails.get(1).header("in-reply-to"));
    assertTrue(mails.get(0).body().contains(balancer.url()));
    assertTrue(mails.get(0).header("content-type").startsWith("multipart/alternative"));
    assertEquals(2, mails.size());
  }

  @Test
  void reportsFiftyFailuresInThreeMails() throws Exception {
    for (int i = 0; i < 50; i++) {
      balancer.s1.healthy(false);
      await().pollInterval(Duration.ofMillis(20)).until(() -> balancer.state("s1").equals("down"));
      balancer.s1.healthy(true);
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(() -> balancer.state("s1").equals("serving"));
    }
    await()
        .atMost(MailBalancer.SOON)
        .until(() -> balancer.smtp.subjects().getLast().contains("nodes/s1 stable (failed "));
    assertTrue(balancer.smtp.received().size() <= 3, balancer.smtp.subjects()::toString);
    assertTrue(
        balancer.smtp.subjects().stream().anyMatch(s -> s.contains("flapping")),
        balancer.smtp.subjects()::toString);
  }

  @Test
  void sendsATestMailIfTheTokenIsRight() throws Exception {
    assertEquals(401, balancer.send("POST", "/api/v1/mail/test", "").statusCode());
    assertEquals(202, balancer.action("POST", "mail/test", "").statusCode());
    balancer.awaitMails(1);
    assertEquals("Rollcall test mail", balancer.smtp.subjects().getFirst());
    await().until(() -> !balancer.status().at("/mail/lastSentAt").isNull());
  }

  @Test
  void usesTlsFromTheFirstByteIfConfigured() throws Exception {
    balancer.killSidecar();
    balancer.startSidecar("tls", balancer.smtp.tlsPort());
    await().atMost(MailBalancer.SOON).until(balancer::state, "in-sync"::equals);
    assertEquals(202, balancer.action("POST", "mail/test", "").statusCode());
    balancer.awaitMails(1);
  }
}
