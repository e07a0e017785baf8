package io.rollcall.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/**
 * Speaks the RPC of an agent ({@code ipc.go}) whose cluster is as large as the test wants it, over
 * TCP: 1,000 real agents don't fit a machine. It accepts whatever is asked, tells its members and
 * how many they are, and sends nothing of itself.
 */
public final class ScriptedSerf implements AutoCloseable {
  /** A member that is alive. */
  public record Backend(String name, String address, Map<String, String> tags) {}

  private final ServerSocket server;
  private final List<Backend> members;

  public ScriptedSerf(List<Backend> members) {
    this.members = List.copyOf(members);
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> talk(client));
      } catch (IOException _) {
        // closed, or a client that went while it was let in
      }
    }
  }

  private void talk(Socket client) {
    try (client;
        var in = MessagePack.newDefaultUnpacker(client.getInputStream())) {
      while (in.hasNext()) {
        var header = new HashMap<String, Value>();
        in.unpackValue()
            .asMapValue()
            .map()
            .forEach((key, value) -> header.put(key.asStringValue().asString(), value));
        String command = header.get("Command").asStringValue().asString();
        // a body, which only these lack
        Value body = List.of("members", "stats").contains(command) ? null : in.unpackValue();
        client
            .getOutputStream()
            .write(answer(command, header.get("Seq").asIntegerValue().asLong(), body));
      }
    } catch (IOException _) {
      // the client went
    }
  }

  private byte[] answer(String command, long seq, @Nullable Value body) throws IOException {
    try (var out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(2).packString("Seq").packLong(seq).packString("Error").packString("");
      switch (command) {
        case "members" -> packMembers(out, members);
        case "members-filtered" -> packMembers(out, named(Objects.requireNonNull(body)));
        case "stats" -> packStats(out);
        default -> {} // the header is the whole answer
      }
      return out.toByteArray();
    }
  }

  /** The names are a regular expression, in Go's syntax, which Java reads too. */
  private List<Backend> named(Value body) {
    Value name = body.asMapValue().map().get(ValueFactory.newString("Name"));
    Pattern pattern = Pattern.compile(name.asStringValue().asString());
    return members.stream().filter(m -> pattern.matcher(m.name()).matches()).toList();
  }

  private static void packMembers(MessageBufferPacker out, List<Backend> members)
      throws IOException {
    out.packMapHeader(1).packString("Members").packArrayHeader(members.size());
    for (Backend member : members) {
      byte[] address = InetAddress.ofLiteral(member.address()).getAddress();
      out.packMapHeader(4).packString("Name").packString(member.name());
      out.packString("Addr").packBinaryHeader(address.length).writePayload(address);
      out.packString("Status").packString("alive");
      out.packString("Tags");
      packMap(out, member.tags());
    }
  }

  private void packStats(MessageBufferPacker out) throws IOException {
    out.packMapHeader(2).packString("agent");
    packMap(out, Map.of("name", "scripted"));
    out.packString("serf");
    var numbers = new HashMap<String, String>();
    for (String none :
        List.of("health_score", "failed", "left", "intent_queue", "event_queue", "query_queue")) {
      numbers.put(none, "0");
    }
    numbers.put("members", String.valueOf(members.size()));
    packMap(out, numbers);
  }

  private static void packMap(MessageBufferPacker out, Map<String, String> entries)
      throws IOException {
    out.packMapHeader(entries.size());
    for (var entry : entries.entrySet()) {
      out.packString(entry.getKey()).packString(entry.getValue());
    }
  }
}
