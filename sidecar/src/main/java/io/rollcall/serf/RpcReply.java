package io.rollcall.serf;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageUnpacker;

/**
 * Reads what the agent sends. Keys come in any order, and newer versions send more of them: unknown
 * ones are skipped. A method throws IOException or MessagePackException for malformed bytes.
 */
final class RpcReply {
  private RpcReply() {}

  /** Precedes every reply and stream record; {@code error} is empty for success. */
  record Header(long seq, String error) {}

  static Header header(MessageUnpacker in) throws IOException {
    long seq = -1;
    String error = "";
    for (int left = entries(in); left > 0; left--) {
      switch (in.unpackString()) {
        case "Seq" -> seq = in.unpackLong();
        case "Error" -> error = in.unpackString();
        default -> in.skipValue();
      }
    }
    return new Header(seq, error);
  }

  static Roster members(MessageUnpacker in) throws IOException {
    var members = new ArrayList<Member>();
    for (int left = entries(in); left > 0; left--) {
      if (in.unpackString().equals("Members")) {
        for (int more = in.tryUnpackNil() ? 0 : in.unpackArrayHeader(); more > 0; more--) {
          addMember(in, members);
        }
      } else {
        in.skipValue();
      }
    }
    return Roster.of(members);
  }

  static SerfHealth health(MessageUnpacker in) throws IOException {
    Map<String, Map<String, String>> groups = groups(in);
    Map<String, String> serf = groups.getOrDefault("serf", Map.of());
    return new SerfHealth(
        groups.getOrDefault("agent", Map.of()).getOrDefault("name", ""),
        number(serf, "health_score"),
        serf.getOrDefault("encrypted", "").equals("true"));
  }

  /** The body of {@code stats}: groups of values. */
  static Map<String, Map<String, String>> groups(MessageUnpacker in) throws IOException {
    var groups = new HashMap<String, Map<String, String>>();
    for (int left = entries(in); left > 0; left--) {
      groups.put(in.unpackString(), strings(in));
    }
    return groups;
  }

  /**
   * A member without an IP address is left out: its data are foreign and must not make the whole
   * list unreadable.
   */
  private static void addMember(MessageUnpacker in, List<Member> members) throws IOException {
    String name = "";
    byte[] ip = {};
    var status = MemberStatus.UNKNOWN;
    Map<String, String> tags = Map.of();
    for (int left = entries(in); left > 0; left--) {
      switch (in.unpackString()) {
        case "Name" -> name = in.unpackString();
        case "Addr" -> ip = bytes(in);
        case "Status" -> status = status(in.unpackString());
        case "Tags" -> tags = strings(in);
        default -> in.skipValue();
      }
    }
    if (ip.length == 4 || ip.length == 16) {
      members.add(new Member(name, InetAddress.getByAddress(ip), status, tags));
    }
  }

  private static MemberStatus status(String text) {
    return switch (text) {
      case "alive" -> MemberStatus.ALIVE;
      case "leaving" -> MemberStatus.LEAVING;
      case "left" -> MemberStatus.LEFT;
      case "failed" -> MemberStatus.FAILED;
      default -> MemberStatus.UNKNOWN;
    };
  }

  /** Go writes an empty map as nil, like an empty array and empty bytes. */
  static int entries(MessageUnpacker in) throws IOException {
    return in.tryUnpackNil() ? 0 : in.unpackMapHeader();
  }

  private static Map<String, String> strings(MessageUnpacker in) throws IOException {
    var strings = new HashMap<String, String>();
    for (int left = entries(in); left > 0; left--) {
      strings.put(in.unpackString(), in.unpackString());
    }
    return strings;
  }

  static byte[] bytes(MessageUnpacker in) throws IOException {
    return in.tryUnpackNil() ? new byte[0] : in.readPayload(in.unpackBinaryHeader());
  }

  private static int number(Map<String, String> serf, String key) throws ProtocolException {
    try {
      return Integer.parseInt(serf.getOrDefault(key, ""));
    } catch (NumberFormatException _) {
      throw new ProtocolException("stats has no number for serf." + key);
    }
  }
}
