package io.rollcall.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A mail that stops short of its data: finds settings that the server would refuse, and sends
 * nothing. Blocks for some seconds at most a step, so it belongs before the event loop.
 */
public final class SmtpProbe {
  private static final int PATIENCE_MILLIS = 5_000;
  private static final int LONGEST_REPLY = 200;
  private static final int MOST_LINES = 100;
  private static final String OFFERED = "one that the server offers";

  private final SmtpServer server;
  private Socket socket = new Socket();
  private @Nullable BufferedReader in;

  /** What came of it. */
  public sealed interface Outcome {
    /** The server would take the mail, as far as one can tell without sending it. */
    record Well() implements Outcome {}

    /**
     * The server says no.
     *
     * @param key of the setting that is wrong
     * @param expected completes "expected …"
     * @param got completes "got …": what it said, quoted, or what was found; one line
     */
    record Wrong(String key, String expected, String got) implements Outcome {}

    /** Nothing can be said now; {@code why} is one line. */
    record Unreachable(String why) implements Outcome {}
  }

  /** The server's answer was another than the one hoped for. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Outcome.Wrong wrong;

    Refused(String key, String expected, String got) {
      super(got);
      wrong = new Outcome.Wrong(key, expected, got);
    }
  }

  private SmtpProbe(SmtpServer server) {
    this.server = server;
  }

  /** Goes through all of it but the data. */
  public static Outcome of(SmtpServer server) {
    var rehearsal = new SmtpProbe(server);
    try {
      rehearsal.play();
      return new Outcome.Well();
    } catch (Refused refused) {
      return refused.wrong;
    } catch (SSLException e) {
      return new Outcome.Wrong("mail.tls", "one that works with the server", got(e));
    } catch (IOException e) {
      return new Outcome.Unreachable(server + ": " + MailText.line(e.toString(), LONGEST_REPLY));
    } finally {
      rehearsal.end();
    }
  }

  private void play() throws IOException {
    socket.connect(new InetSocketAddress(server.host(), server.port()), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    if (server.security() == SmtpServer.Security.TLS) {
      secure();
    }
    listen();
    expect("220", read(), "mail.port", "that of an SMTP server");
    String offers = say("EHLO rollcall");
    if (server.security() == SmtpServer.Security.OPTIONAL) {
      return; // what follows may need an encryption that is not looked at
    }
    if (server.security() == SmtpServer.Security.STARTTLS) {
      if (!offers.toUpperCase(Locale.ROOT).matches("(?s).*\\bSTARTTLS\\b.*")) {
        throw new Refused("mail.tls", OFFERED, "no STARTTLS from " + server);
      }
      expect("220", say("STARTTLS"), "mail.tls", OFFERED);
      secure();
      listen();
      offers = say("EHLO rollcall");
    }
    if (server.user() != null && !login(server.user(), String.valueOf(server.password()), offers)) {
      return;
    }
    expect("250", say("MAIL FROM:<" + server.from() + ">"), "mail.from", "one the server takes");
    for (String to : server.to()) {
      expect("250", say("RCPT TO:<" + to + ">"), "mail.to", "receivers the server takes");
    }
    String _ = say("QUIT");
  }

  /** False where the server offers a way only that is not gone here. */
  private boolean login(String user, String password, String offers) throws IOException {
    if (!offers.toUpperCase(Locale.ROOT).matches("(?s).*\\bAUTH\\b.*\\bPLAIN\\b.*")) {
      return false;
    }
    byte[] words = ("\0" + user + "\0" + password).getBytes(UTF_8);
    String answer = say("AUTH PLAIN " + Base64.getEncoder().encodeToString(words));
    expect("235", answer, "mail.user", "a login, with mail.password, that the server takes");
    return true;
  }

  private static void expect(String code, String answer, String key, String expected)
      throws IOException {
    if (!answer.startsWith(code)) {
      throw new Refused(key, expected, quoted(answer));
    }
  }

  private static String quoted(@Nullable String text) {
    return '"' + MailText.line(String.valueOf(text), LONGEST_REPLY) + '"';
  }

  /** The innermost cause says it without the names of the classes on the way there. */
  private static String got(SSLException e) {
    Throwable inner = e;
    boolean certificate = false;
    while (inner.getCause() != null) {
      inner = inner.getCause();
      certificate |= inner instanceof GeneralSecurityException;
    }
    return certificate
        ? "a certificate that Java does not trust: "
            + MailText.line(String.valueOf(inner.getMessage()), LONGEST_REPLY)
        : quoted(e.getMessage());
  }

  private void secure() throws IOException {
    var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    var secured = (SSLSocket) factory.createSocket(socket, server.host(), server.port(), true);
    var parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    socket = secured;
  }

  private void listen() throws IOException {
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
  }

  private String say(String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
    return read();
  }

  /** The last line begins with the code and a space, the others have a dash there. */
  private String read() throws IOException {
    var answer = new StringBuilder();
    for (int i = 0; i < MOST_LINES; i++) {
      String line = in == null ? null : in.readLine();
      if (line == null) {
        throw new IOException("it hung up");
      }
      answer.append(line);
      if (line.length() < 4 || line.charAt(3) != '-') {
        return answer.toString();
      }
      answer.append(' ');
    }
    throw new IOException("it never ends its answer");
  }

  private void end() {
    try {
      socket.close();
    } catch (IOException _) {
      // nothing was sent
    }
  }
}
