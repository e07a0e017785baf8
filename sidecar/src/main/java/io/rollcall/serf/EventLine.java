package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rollcall.core.Sanitizer;
import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line of the pipe, as Serf's handlers write it. Its content is foreign text.
 *
 * <p>Serf writes a TAB or LF inside a name or tag as the two characters {@code \t} or {@code \n},
 * but does not escape a backslash ({@code invoke.go}, eventClean): that is ambiguous, so both stay
 * as they are. A comma or {@code =} inside a tag is not escaped either, so {@code weird=a,b=c} may
 * be one tag or two and is read as two. The member list has the true names and tags.
 */
sealed interface EventLine {
  /** Longest line, in bytes without its LF. */
  int MAX_BYTES = 4096;

  /** How much of a malformed line a message shows, in characters. */
  int SHOWN = 80;

  /** What happened to a member. */
  enum MemberEventType {
    JOIN(MemberStatus.ALIVE),
    LEAVE(MemberStatus.LEFT),
    FAILED(MemberStatus.FAILED),
    UPDATE(MemberStatus.ALIVE),
    /** Serf forgets the member: no list names it from now on. */
    REAP(MemberStatus.UNKNOWN);

    private final MemberStatus status;

    MemberEventType(MemberStatus status) {
      this.status = status;
    }

    private static @Nullable MemberEventType of(String event) {
      return switch (event) {
        case "member-join" -> JOIN;
        case "member-leave" -> LEAVE;
        case "member-failed" -> FAILED;
        case "member-update" -> UPDATE;
        case "member-reap" -> REAP;
        default -> null;
      };
    }
  }

  /** A member changed. Serf also repeats, reorders and omits these events. */
  record MemberEvent(MemberEventType type, Member member) implements EventLine {}

  /** A user event. {@code ltime} is Serf's logical clock, from 0. */
  record UserEvent(String name, long ltime, String payload) implements EventLine {}

  /** An event did not fit into a line: the list must be read. */
  record ResyncRequest() implements EventLine {}

  /** A line without the expected form, described in one line for a person. */
  record Malformed(String line) implements EventLine {}

  /** Parses a line without its LF. Never throws, whatever the bytes. */
  static EventLine parse(byte[] line) {
    if (line.length > MAX_BYTES) {
      return tooLong();
    }
    try {
      return parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
    } catch (CharacterCodingException _) {
      return malformed(new String(line, UTF_8), "expected UTF-8");
    }
  }

  static Malformed tooLong() {
    return new Malformed("pipe line discarded: longer than " + MAX_BYTES + " bytes");
  }

  private static EventLine parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields[0].equals("user")) {
      return fields.length == 4
          ? userEvent(line, fields[1], fields[2], fields[3])
          : malformed(line, "expected user TAB NAME TAB LTIME TAB PAYLOAD");
    }
    if (line.equals("resync")) {
      return new ResyncRequest();
    }
    MemberEventType type = MemberEventType.of(fields[0]);
    if (type == null) {
      return malformed(line, "expected a member event, user or resync as the first field");
    }
    if (fields.length != 5 || fields[1].isEmpty()) {
      return malformed(line, "expected EVENT TAB NAME TAB ADDRESS TAB ROLE TAB TAGS");
    }
    InetAddress ip = address(fields[2]);
    return ip == null
        ? malformed(line, "expected an IPv4 or IPv6 address as the third field")
        : new MemberEvent(type, new Member(fields[1], ip, type.status, tags(fields[4], fields[3])));
  }

  private static EventLine userEvent(String line, String name, String ltime, String payload) {
    // 18 digits always fit a long; a clock that counts events never reaches more
    if (!Pattern.matches("[0-9]{1,18}", ltime)) {
      return malformed(line, "expected a number as LTIME");
    }
    String text = unescaped(payload);
    return text == null
        ? malformed(line, "expected \\t, \\n or \\\\ for each backslash in PAYLOAD")
        : new UserEvent(name, Long.parseLong(ltime), text);
  }

  /** Null for an unknown escape. */
  private static @Nullable String unescaped(String payload) {
    var text = new StringBuilder();
    int i = 0;
    while (i < payload.length()) {
      char c = payload.charAt(i++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      switch (i < payload.length() ? payload.charAt(i++) : ' ') {
        case 't' -> text.append('\t');
        case 'n' -> text.append('\n');
        case '\\' -> text.append('\\');
        default -> {
          return null;
        }
      }
    }
    return text.toString();
  }

  /** Accepts only what Go prints for an address: no name, no zone, no short form. */
  private static @Nullable InetAddress address(String literal) {
    if (!Pattern.matches("[0-9a-fA-F:.]+", literal)) {
      return null;
    }
    try {
      InetAddress ip = InetAddress.ofLiteral(literal);
      boolean shortForm =
          ip instanceof Inet4Address
              && !literal.contains(":")
              && !literal.equals(ip.getHostAddress());
      return shortForm ? null : ip;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** A piece without {@code =} belongs to the value before it. ROLE is the tag {@code role}. */
  private static Map<String, String> tags(String field, String role) {
    var tags = new HashMap<String, String>();
    String key = "";
    for (String piece : field.split(",", -1)) {
      int equals = piece.indexOf('=');
      if (equals < 0) {
        tags.computeIfPresent(key, (_, value) -> value + "," + piece);
      } else {
        key = piece.substring(0, equals);
        tags.put(key, piece.substring(equals + 1));
      }
    }
    if (role.isEmpty()) {
      tags.remove("role");
    } else {
      tags.put("role", role);
    }
    return tags;
  }

  private static Malformed malformed(String line, String expected) {
    return new Malformed("pipe line " + Sanitizer.quoted(line, SHOWN) + ": " + expected);
  }
}
