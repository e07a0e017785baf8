package io.rollcall.haproxy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Splits what HAProxy sends in {@code prompt} mode into replies, however the bytes arrive. A reply
 * ends at a line that begins with {@code "> "}, the prompt: the only end that is the same in all
 * versions (2.6 omits the blank line after some replies). No reply to a command of this package has
 * a line that begins so. Not thread-safe.
 */
final class ReplyFramer {
  /**
   * Largest reply, in bytes: {@code show stat} of 15,000 servers, or 45,000 entries of a stick
   * table. A reply exists as bytes and as text, and the heap has 64 MiB.
   */
  static final int MAX_REPLY_BYTES = 4 * 1024 * 1024;

  private static final int USUAL_BYTES = 4096;

  /** {@code show stat} of 2,000 servers. */
  private static final int KEPT_BYTES = 1 << 20;

  private static final String PROMPT = "> ";

  /** A reply is longer than {@link #MAX_REPLY_BYTES}; nothing after it can be framed. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooLarge() {
      super("a reply is larger than " + MAX_REPLY_BYTES + " bytes", null, false, false);
    }
  }

  /** The start of a reply is the start of a line. */
  private enum Seen {
    TEXT,
    LINE_START,
    ARROW
  }

  private final Consumer<String> replies;

  /** What of a reply has arrived; kept for the next one, which is as long. */
  private byte[] pending = new byte[USUAL_BYTES];

  private int length;
  private Seen seen = Seen.LINE_START;

  /**
   * @param replies receives the text before each prompt, without white space at its end
   */
  ReplyFramer(Consumer<String> replies) {
    this.replies = replies;
  }

  /** Adds the next bytes. After {@link TooLarge} was thrown it must not be used again. */
  void feed(Buffer chunk) {
    int scanned = length;
    length += chunk.length();
    if (length > pending.length) {
      pending = Arrays.copyOf(pending, Math.max(length, 2 * pending.length));
    }
    chunk.getBytes(0, chunk.length(), pending, scanned);
    int start = 0;
    for (int i = scanned; i < length; i++) {
      if (endsPrompt(pending[i])) {
        replies.accept(text(start, i + 1 - PROMPT.length()));
        start = i + 1;
      }
    }
    length -= start;
    System.arraycopy(pending, start, pending, 0, length);
    if (length > MAX_REPLY_BYTES) {
      throw new TooLarge();
    }
    if (length == 0 && pending.length > KEPT_BYTES) {
      pending = new byte[USUAL_BYTES];
    }
  }

  private String text(int from, int to) {
    int end = to;
    while (end > from && pending[end - 1] == '\n') {
      end--; // here, since stripTrailing makes a copy
    }
    return new String(pending, from, end - from, StandardCharsets.UTF_8).stripTrailing();
  }

  private boolean endsPrompt(byte next) {
    if (seen == Seen.TEXT && next != '\n') {
      return false; // nearly always
    }
    boolean ends = seen == Seen.ARROW && next == ' ';
    if (ends || next == '\n') {
      seen = Seen.LINE_START;
    } else {
      seen = seen == Seen.LINE_START && next == '>' ? Seen.ARROW : Seen.TEXT;
    }
    return ends;
  }
}
