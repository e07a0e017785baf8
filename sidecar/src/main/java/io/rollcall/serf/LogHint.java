package io.rollcall.serf;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageUnpacker;

/**
 * A line of the agent's log as a hint that a member changed. Serf holds its events back for a
 * second to merge them, but logs each at once: {@code [INFO] serf: EventMemberJoin: NAME ADDRESS}.
 * The words of a log are no interface and a name may hold anything, so a hint only says for which
 * name the list is to be read, and a line of another form says nothing.
 */
final class LogHint {
  private static final Pattern EVENT =
      Pattern.compile(
          "serf: EventMember(?:(?:Join|Leave|Failed): (?<with>.+) \\S+|(?:Update|Reap): (?<name>.+))");

  private LogHint() {}

  /** The name of the member that a log line is about; null for any other line. */
  static @Nullable String member(String line) {
    Matcher event = EVENT.matcher(line.strip());
    if (!event.find()) {
      return null;
    }
    String name = event.group("with");
    return name == null ? event.group("name") : name;
  }

  /** The line of one record of the log stream. */
  static String read(MessageUnpacker in) throws IOException {
    String line = "";
    for (int left = RpcReply.entries(in); left > 0; left--) {
      if (in.unpackString().equals("Log")) {
        line = in.unpackString();
      } else {
        in.skipValue();
      }
    }
    return line;
  }
}
