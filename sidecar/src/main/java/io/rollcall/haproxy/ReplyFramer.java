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
   * table. More would endanger a heap of 32 MiB, since a reply exists as bytes and as text.
   */
  static final int MAX_REPLY_BYTES = 4 * 1024 * 1024;

  /** A reply grew over {@link #MAX_REPLY_BYTES}; nothing after it can be framed. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooLarge() {
      super("a reply is larger than " + MAX_REPLY_BYTES + " bytes", null, false, false);
    }
  }

  /** How much of {@code "\n> "} was seen; the start of a reply counts as the start of a line. */
  private enum Seen {
    TEXT,
    NEWLINE,
    ARROW
  }

  private final Consumer<String> replies;
  private Buffer pending = Buffer.buffer();
  private int scanned;
  private Seen seen = Seen.NEWLINE;

  /**
   * @param replies gets the text before each prompt, without the white space at its end
   */
  ReplyFramer(Consumer<String> replies) {
    this.replies = replies;
  }

  /** Takes the next bytes; throws {@link TooLarge} and is of no use after that. */
  void feed(Buffer chunk) {
    pending.appendBuffer(chunk);
    int start = 0;
    for (; scanned < pending.length(); scanned++) {
      byte next = pending.getByte(scanned);
      if (seen == Seen.ARROW && next == ' ') {
        String reply = pending.getString(start, scanned - 1).stripTrailing();
        start = scanned + 1;
        seen = Seen.NEWLINE;
        replies.accept(reply);
      } else if (seen == Seen.NEWLINE && next == '>') {
        seen = Seen.ARROW;
      } else {
        seen = next == '\n' ? Seen.NEWLINE : Seen.TEXT;
      }
    }
    if (start > 0) {
      pending = pending.getBuffer(start, pending.length());
      scanned = pending.length();
    }
    if (pending.length() > MAX_REPLY_BYTES) {
      throw new TooLarge();
    }
  }
}
