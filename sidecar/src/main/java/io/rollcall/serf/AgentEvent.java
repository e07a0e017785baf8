package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.msgpack.core.MessageUnpacker;

/** One record of the agent's event stream. */
sealed interface AgentEvent {
  /** A query of the cluster that waits for an answer. */
  record Query(long id, String name, String payload) implements AgentEvent {}

  /** A user event, as a line of the pipe would have it. */
  record User(EventLine.UserEvent event) implements AgentEvent {}

  /** Something happened to these members, whatever it was. */
  record Members(Set<String> names) implements AgentEvent {}

  /** Throws IOException or MessagePackException for malformed bytes; unknown keys are skipped. */
  static AgentEvent read(MessageUnpacker in) throws IOException {
    String type = "query";
    long id = 0;
    long ltime = 0;
    String name = "";
    String payload = "";
    Set<String> members = Set.of();
    for (int left = RpcReply.entries(in); left > 0; left--) {
      switch (in.unpackString()) {
        case "Event" -> type = in.unpackString();
        case "ID" -> id = in.unpackLong();
        case "LTime" -> ltime = in.unpackLong();
        case "Name" -> name = in.unpackString();
        case "Payload" -> payload = new String(RpcReply.bytes(in), UTF_8);
        case "Members" -> members = names(in);
        default -> in.skipValue();
      }
    }
    return switch (type) {
      case "query" -> new Query(id, name, payload);
      case "user" -> new User(new EventLine.UserEvent(name, ltime, payload));
      default -> new Members(members);
    };
  }

  private static Set<String> names(MessageUnpacker in) throws IOException {
    var names = new HashSet<String>();
    for (int left = in.tryUnpackNil() ? 0 : in.unpackArrayHeader(); left > 0; left--) {
      for (int keys = RpcReply.entries(in); keys > 0; keys--) {
        if (in.unpackString().equals("Name")) {
          names.add(in.unpackString());
        } else {
          in.skipValue();
        }
      }
    }
    return names;
  }
}
