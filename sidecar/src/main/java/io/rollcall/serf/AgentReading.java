package io.rollcall.serf;

import io.rollcall.core.model.Roster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * What one agent reports, read once with blocking calls: for a command line.
 *
 * @param name the agent's own name
 * @param members as it lists them
 * @param encrypted gossip is encrypted
 * @param handlers it has event handlers
 */
public record AgentReading(String name, Roster members, boolean encrypted, boolean handlers) {
  private static final int TIMEOUT_MS = 2000;

  /** The agent refused a request: {@code Invalid authentication token}. */
  public static final class AgentRefusal extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1;

    AgentRefusal(String error) {
      super(error);
    }
  }

  /**
   * Reads it; fails with {@link AgentRefusal}, or within 2 s per request if it cannot be reached.
   */
  public static AgentReading of(SerfAgent agent) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(agent.host(), agent.port()), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      var requests = new Requests(socket, MessagePack.newDefaultUnpacker(socket.getInputStream()));
      requests.send(RpcRequest.HANDSHAKE);
      if (agent.authKey() != null) {
        requests.send(RpcRequest.auth(agent.authKey()));
      }
      requests.send(RpcRequest.MEMBERS);
      Roster members = RpcReply.members(requests.in);
      requests.send(RpcRequest.STATS);
      Map<String, Map<String, String>> stats = RpcReply.groups(requests.in);
      return new AgentReading(
          stats.getOrDefault("agent", Map.of()).getOrDefault("name", ""),
          members,
          stats.getOrDefault("serf", Map.of()).getOrDefault("encrypted", "").equals("true"),
          !stats.getOrDefault("event_handlers", Map.of()).isEmpty());
    } catch (MessagePackException e) {
      throw new IOException("unexpected data, not of a Serf agent's RPC", e);
    }
  }

  private static final class Requests {
    private final Socket socket;
    private final MessageUnpacker in;
    private long seq;

    Requests(Socket socket, MessageUnpacker in) {
      this.socket = socket;
      this.in = in;
    }

    /** Sends a request and reads the header of its reply. */
    void send(RpcRequest request) throws IOException {
      socket.getOutputStream().write(request.encoded(++seq));
      String error = RpcReply.header(in).error();
      if (!error.isEmpty()) {
        throw new AgentRefusal(error);
      }
    }
  }
}
