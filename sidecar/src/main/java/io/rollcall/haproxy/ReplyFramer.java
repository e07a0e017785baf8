package io.rollcall.haproxy;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * Cuts what HAProxy sends in {@code prompt} mode into replies, however the bytes arrive. A reply
 * ends at a line that begins with {@code "> "}, the prompt: the one end that all versions share
 * (2.6 leaves out the blank line after some replies). It knows no socket.
 *
 * <p>No reply to a command of this package has a line that begins so by itself.
 */
final class ReplyFramer {
  /**
   * Largest reply, in bytes: {@code show stat} of 15,000 servers, or 45,000 entries of a stick
   * table. More would endanger a heap of 64 MiB, since a reply exists as bytes and as text.
   */
  static final int MAX_REPLY_BYTES = 4 * 1024 * 1024;

  private static final String PROMPT = "> ";

  /** A reply grew over {@link #MAX_REPLY_BYTES}; nothing after it can be framed. */
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
  private Buffer pending = Buffer.buffer();
  private Seen seen = Seen.LINE_START;

  /**
   * @param replies gets the text before each prompt, without the white space at its end
   */
  ReplyFramer(Consumer<String> replies) {
    this.replies = replies;
  }

  /** Takes the next bytes; throws {@link TooLarge} and is of no use after that. */
  void feed(Buffer chunk) {
    byte[] bytes = chunk.getBytes();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (endsPrompt(bytes[i])) {
        pending.appendBytes(bytes, start, i + 1 - start);
        String reply = pending.getString(0, pending.length() - PROMPT.length());
        pending = Buffer.buffer();
        start = i + 1;
        replies.accept(reply.stripTrailing());
      }
    }
    pending.appendBytes(bytes, start, bytes.length - start);
    if (pending.length() > MAX_REPLY_BYTES) {
      throw new TooLarge();
    }
  }

  private boolean endsPrompt(byte next) {
    if (seen == Seen.TEXT && next != '\n') {
      return false; // as nearly always
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
