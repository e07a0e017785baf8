package io.rollcall.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

final class ReplyFramerTest {
  private final List<String> replies = new ArrayList<>();
  private final ReplyFramer framer = new ReplyFramer(replies::add);

  @Property(tries = 300)
  void findsTheSameRepliesHoweverTheBytesArrive(
      @ForAll("replyTexts") List<String> texts,
      @ForAll List<@IntRange(min = 1, max = 9) Integer> cuts) {
    var replies = new ArrayList<String>();
    var framer = new ReplyFramer(replies::add);
    var sent = Buffer.buffer();
    texts.forEach(text -> sent.appendString(text + "\n> "));

    int from = 0;
    for (int i = 0; from < sent.length(); i++) {
      int size = cuts.isEmpty() ? sent.length() : cuts.get(i % cuts.size());
      int to = Math.min(sent.length(), from + size);
      framer.feed(sent.getBuffer(from, to));
      from = to;
    }

    assertEquals(texts.stream().map(String::stripTrailing).toList(), replies);
  }

  @Example
  void takesAFirstPromptWithoutANewline() {
    feed("> ");
    assertEquals(List.of(""), replies);
  }

  @Example
  void takesAReplyThatLacksItsBlankLine() {
    feed("\n> Server deleted.\n> No such server.\n\n> ");
    assertEquals(List.of("", "Server deleted.", "No such server."), replies);
  }

  @Example
  void takesNoArrowWithinALineForAPrompt() {
    feed("a > b\n>c\n>\n > d\n\n> ");
    assertEquals(List.of("a > b\n>c\n>\n > d"), replies);
  }

  @Example
  void keepsCharactersThatAreCutInTwo() {
    for (byte one : "é€😀\n> ".getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      framer.feed(Buffer.buffer(new byte[] {one}));
    }
    assertEquals(List.of("é€😀"), replies);
  }

  @Example
  void boundsAReplyButNotTheirSum() {
    String half = "x".repeat(ReplyFramer.MAX_REPLY_BYTES / 2);
    feed(half + "\n> " + half + "\n> " + half + "\n> ");
    assertEquals(3, replies.size());

    feed(half);
    feed(half);
    assertThrows(ReplyFramer.TooLarge.class, () -> feed("x"));
  }

  @Provide
  Arbitrary<List<String>> replyTexts() {
    return Arbitraries.strings()
        .withChars("ab1# ,.>\n\r\t'é€")
        .ofMaxLength(30)
        .filter(text -> !("\n" + text).contains("\n> "))
        .list()
        .ofMaxSize(12);
  }

  private void feed(String text) {
    framer.feed(Buffer.buffer(text));
  }
}
