package io.rollcall.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.rollcall.mail.FakeSmtp.Fault;
import io.rollcall.mail.SmtpProbe.Outcome;
import io.rollcall.testing.FreePorts;
import io.rollcall.testing.RealSmtp;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmtpProbeIT {
  private static Outcome rehearse(int port, SmtpServer.Security security) {
    return SmtpProbe.of(
        new SmtpServer(
            "127.0.0.1", port, security, "ops", "secret", "a@example.org", List.of("b@x.org")));
  }

  @ParameterizedTest
  @CsvSource({
    "GARBAGE, mail.port",
    "REFUSES_THE_LOGIN, mail.user",
    "REFUSES_THE_RECEIVER, mail.to",
  })
  void namesTheSettingThatTheServerRefuses(Fault fault, String key) throws IOException {
    try (var smtp = new FakeSmtp(fault)) {
      var wrong =
          assertInstanceOf(Outcome.Wrong.class, rehearse(smtp.port(), SmtpServer.Security.OFF));
      assertEquals(key, wrong.key());
    }
  }

  @Test
  void sendsNothing() throws IOException {
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      assertEquals(new Outcome.Well(), rehearse(smtp.port(), SmtpServer.Security.OFF));
      assertEquals(List.of(), smtp.accepted());
    }
  }

  @Test
  void refusesACertificateThatNobodyTrusts() {
    try (var smtp = new RealSmtp()) {
      smtp.start();
      var wrong =
          assertInstanceOf(
              Outcome.Wrong.class, rehearse(smtp.port(), SmtpServer.Security.STARTTLS));
      assertEquals("mail.tls", wrong.key());
      assertEquals(
          "a certificate that Java does not trust:"
              + " unable to find valid certification path to requested target",
          wrong.got());
    }
  }

  @Test
  void missesAnOfferOfStarttls() throws IOException {
    try (var smtp = new FakeSmtp(Fault.NONE)) {
      var wrong =
          assertInstanceOf(
              Outcome.Wrong.class, rehearse(smtp.port(), SmtpServer.Security.STARTTLS));
      assertEquals("mail.tls", wrong.key());
      assertEquals("no STARTTLS from 127.0.0.1:" + smtp.port(), wrong.got());
    }
  }

  @Test
  void saysNothingAgainstAServerThatDoesNotAnswer() {
    assertInstanceOf(
        Outcome.Unreachable.class, rehearse(FreePorts.one(), SmtpServer.Security.STARTTLS));
  }
}
