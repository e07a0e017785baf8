package io.rollcall.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.rollcall.core.model.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One GET request as HAProxy's check sends it, with the {@code Host} of the configuration, which
 * Java's own client does not let a program set.
 *
 * @param host the value of the header {@code Host}; empty: the address
 */
record PlainRequest(Endpoint at, String host) {
  private static final int ANSWER_MS = 2000;
  private static final int MOST_BYTES = 1 << 16;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");
  private static final Pattern COOKIE = Pattern.compile("(?i)set-cookie:\\s*([^=;]+)=.*");

  /**
   * The head of an answer.
   *
   * @param cookies names of those that it sets
   */
  record AnswerHead(int status, List<String> cookies) {}

  /** Sends it; fails within a few seconds where nothing answers HTTP. */
  AnswerHead get(String path) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(at.ip(), at.port()), ANSWER_MS);
      socket.setSoTimeout(ANSWER_MS);
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: rollcall-doctor\r\nConnection: close\r\n\r\n"
              .formatted(path, host.isEmpty() ? at : host);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return head(read(socket.getInputStream()));
    }
  }

  /** The head, or what has come of it in time: an application may send bytes without end. */
  private static String read(InputStream in) throws IOException {
    long end = System.nanoTime() + ANSWER_MS * 1_000_000L;
    var bytes = new byte[MOST_BYTES];
    int length = 0;
    String text = "";
    while (!text.contains("\r\n\r\n") && length < MOST_BYTES && System.nanoTime() < end) {
      int count = in.read(bytes, length, MOST_BYTES - length);
      if (count < 0) {
        break;
      }
      length += count;
      text = new String(bytes, 0, length, ISO_8859_1);
    }
    return text;
  }

  private static AnswerHead head(String text) throws IOException {
    List<String> lines = text.lines().takeWhile(line -> !line.isEmpty()).toList();
    Matcher status = STATUS.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (!status.matches()) {
      throw new IOException("the answer is not HTTP");
    }
    List<String> cookies =
        lines.stream()
            .map(COOKIE::matcher)
            .filter(Matcher::matches)
            .map(cookie -> cookie.group(1))
            .toList();
    return new AnswerHead(Integer.parseInt(status.group(1)), cookies);
  }
}
