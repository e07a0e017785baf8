package io.rollcall.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** An SMTP server with faults, on a real socket and a thread of its own. */
final class FakeSmtp implements AutoCloseable {
  /** What it does wrong. */
  enum Fault {
    NONE,
    /** Accepts the connection and sends nothing. */
    SILENT,
    /** Sends its greeting, then nothing. */
    STALLS,
    /** Does not reply to the end of the data. */
    STALLS_AFTER_DATA,
    REFUSES_THE_RECEIVER,
    REFUSES_NIGHT,
    PUTS_NIGHT_OFF,
    /** Defers each mail that contains the word "poison". */
    PUTS_POISON_OFF,
    REFUSES_THE_SENDER,
    REFUSES_THE_LOGIN,
    GARBAGE,
    /** Replies to the end of the data when {@link #answer} is called. */
    REPLIES_ON_REQUEST,
    /** Closes the connection after the data, without a reply. */
    DROPS_AFTER_DATA
  }

  private final ServerSocket server;
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final Semaphore answers = new Semaphore(0);
  private volatile Fault fault;

  FakeSmtp(Fault fault) throws IOException {
    this.fault = fault;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  void now(Fault next) {
    fault = next;
  }

  /** The data of each mail that it accepted (250). */
  List<String> accepted() {
    return List.copyOf(accepted);
  }

  /** Lets it reply to one mail. */
  void answer() {
    answers.release();
  }

  /** How many connections the client has closed. */
  int ended() {
    return ends.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try (socket) {
                talk(socket, fault);
              } catch (IOException _) {
                ends.add("reset");
              }
            });
      } catch (IOException _) {
        // closed
      }
    }
  }

  private void talk(Socket socket, Fault now) throws IOException {
    var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    if (now == Fault.SILENT) {
      drain(in);
      return;
    }
    if (now == Fault.GARBAGE) {
      say(socket, "\0\u0007\u202eHTTP/1.1 400 what\r\n\r\n<html>");
      drain(in);
      return;
    }
    say(socket, "220 fake");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String verb = line.split(" ", 2)[0];
      switch (verb) {
        case "EHLO" -> {
          if (now == Fault.STALLS) {
            drain(in);
            return;
          }
          say(socket, "250-fake\r\n250 AUTH PLAIN");
        }
        case "AUTH" ->
            say(socket, now == Fault.REFUSES_THE_LOGIN ? "535 wrong password" : "235 welcome");
        case "RCPT" -> {
          boolean night = line.contains("night");
          boolean never =
              now == Fault.REFUSES_THE_RECEIVER || (now == Fault.REFUSES_NIGHT && night);
          boolean later = now == Fault.PUTS_NIGHT_OFF && night;
          say(socket, never ? "550 nobody of that name" : later ? "450 not now" : "250 ok");
        }
        case "MAIL" -> say(socket, now == Fault.REFUSES_THE_SENDER ? "553 who are you" : "250 ok");
        case "DATA" -> {
          say(socket, "354 go on");
          String data = data(in);
          if (now == Fault.DROPS_AFTER_DATA) {
            return;
          }
          if (now == Fault.STALLS_AFTER_DATA) {
            drain(in);
            return;
          }
          if (now == Fault.PUTS_POISON_OFF && data.contains("poison")) {
            say(socket, "451 try later");
            continue;
          }
          accepted.add(data);
          if (now == Fault.REPLIES_ON_REQUEST) {
            answers.acquireUninterruptibly();
          }
          say(socket, "250 taken");
        }
        case "QUIT" -> say(socket, "221 bye");
        default -> say(socket, "250 ok");
      }
    }
    ends.add("closed");
  }

  private void drain(BufferedReader in) throws IOException {
    while (in.readLine() != null) {
      // until the other side has enough
    }
    ends.add("closed");
  }

  private static String data(BufferedReader in) throws IOException {
    var data = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      data.append(line).append('\n');
    }
    return data.toString();
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
  }
}
