package io.rollcall.cli.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.rollcall.core.model.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One GET request as HAProxy's check sends it, with the {@code Host} of the configuration, which
 * Java's own client does not let a program set.
 *
 * @param host the value of the header {@code Host}; empty: the address
 */
record PlainRequest(InetAddress ip, int port, String host) {
  private static final int ANSWER_MS = 2000;
  private static final int MOST_LINES = 200;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");
  private static final Pattern COOKIE = Pattern.compile("(?i)set-cookie:\\s*([^=;]+)=.*");

  /**
   * The head of an answer.
   *
   * @param cookies names of those that it sets
   */
  record AnswerHead(int status, List<String> cookies) {}

  /** {@code 192.0.2.7:8000}. */
  String at() {
    return Endpoint.text(ip) + ":" + port;
  }

  /** Sends it; fails within a few seconds where nothing answers HTTP. */
  AnswerHead get(String path) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(ip, port), ANSWER_MS);
      socket.setSoTimeout(ANSWER_MS);
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: rollcall-doctor\r\nConnection: close\r\n\r\n"
              .formatted(path, host.isEmpty() ? at() : host);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return head(new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1)));
    }
  }

  private static AnswerHead head(BufferedReader in) throws IOException {
    String first = in.readLine();
    Matcher status = STATUS.matcher(first == null ? "" : first);
    if (!status.matches()) {
      throw new IOException("the answer is not HTTP");
    }
    var cookies = new ArrayList<String>();
    String line = in.readLine();
    for (int i = 0; i < MOST_LINES && line != null && !line.isEmpty(); i++) {
      Matcher cookie = COOKIE.matcher(line);
      if (cookie.matches()) {
        cookies.add(cookie.group(1));
      }
      line = in.readLine();
    }
    return new AnswerHead(Integer.parseInt(status.group(1)), cookies);
  }
}
