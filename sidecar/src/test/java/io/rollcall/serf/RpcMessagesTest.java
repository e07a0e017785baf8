package io.rollcall.serf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.core.model.Roster;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/** The bytes in hex were seen between the {@code serf} command and an agent 0.9.4. */
final class RpcMessagesTest {
  private static final String MEMBERS =
      "81a74d656d62657273918ba441646472c4047f000001ab44656c656761746543757205"
          + "ab44656c65676174654d617805ab44656c65676174654d696e02a44e616d65a3612062"
          + "a4506f7274cd461fab50726f746f636f6c43757202ab50726f746f636f6c4d617805"
          + "ab50726f746f636f6c4d696e01a6537461747573a5616c697665a45461677384"
          + "a3746162a3780979a5656d707479a0a4726f6c65a76261636b656e64"
          + "a57765697264a5612c623d63";

  @Test
  void writesTheBytesThatSerfWrites() {
    assertEquals(
        "82a7436f6d6d616e64a968616e647368616b65a35365710081a756657273696f6e01",
        hex(RpcRequest.HANDSHAKE.bytes(0)));
    assertEquals("82a7436f6d6d616e64a76d656d62657273a353657101", hex(RpcRequest.MEMBERS.bytes(1)));
    assertEquals(
        "82a7436f6d6d616e64a461757468a35365710381a7417574684b6579a6736563726574",
        hex(RpcRequest.auth("secret").bytes(3)));
  }

  @Test
  void subscribesToMemberEventsAndToOthersByName() {
    String events = "member-join,member-leave,member-failed,member-update,member-reap";
    assertEquals(
        Map.of(string("Type"), string(events + ",user:u,query:a,query:b")),
        RpcRequest.stream(List.of("u"), List.of("a", "b")).body());
  }

  @Test
  void asksForMembersByTheirExactNames() {
    assertEquals(
        Map.of(string("Name"), string("(?:s1\\x{2e}a\\x{7c}\\x{1f600})")),
        RpcRequest.members(List.of("s1.a|\ud83d\ude00")).body());
  }

  @ParameterizedTest
  @CsvSource({
    "2026/11/29 19:00:01 [INFO] serf: EventMemberJoin: s1 10.0.0.7, s1",
    "[INFO] serf: EventMemberLeave: a b fd00::7, a b",
    "[INFO] serf: EventMemberFailed: s1 10.0.0.7, s1",
    "[INFO] serf: EventMemberUpdate: a b, a b",
    "[INFO] serf: EventMemberReap: s1, s1",
    "[INFO] agent: Received event: member-join,",
    "[INFO] memberlist: Suspect s1 has failed,"
  })
  void readsAMembersNameInALogLine(String line, @Nullable String name) throws IOException {
    assertEquals(name, LogHint.member(line));
    assertEquals(line, LogHint.read(unpacker(map("Log", string(line)))));
  }

  @Test
  void readsAHeader() throws IOException {
    assertEquals(new RpcReply.Header(0, ""), RpcReply.header(in("82a54572726f72a0a353657100")));
    assertEquals(
        new RpcReply.Header(3, "Invalid authentication token"),
        RpcReply.header(
            in(
                "82a54572726f72bc496e76616c69642061757468656e7469636174696f6e20746f6b656e"
                    + "a353657103")));
  }

  @Test
  void readsAQuery() throws IOException {
    assertEquals(
        new AgentEvent.Query(1, "rollcall-drained", "s1\tb1"),
        AgentEvent.read(
            in(
                "85a54576656e74a57175657279a2494401a54c54696d6501a44e616d65"
                    + "b0726f6c6c63616c6c2d647261696e6564a75061796c6f6164c4057331096231")));
  }

  @Test
  void readsTheNamesInAMemberEvent() throws IOException {
    var members = ValueFactory.newArray(member("a", new byte[4], "alive"));
    var event =
        ValueFactory.newMap(string("Event"), string("member-join"), string("Members"), members);
    assertEquals(new AgentEvent.Members(Set.of("a")), AgentEvent.read(unpacker(event)));
  }

  @Test
  void readsTheMembers() throws IOException {
    assertEquals(
        Roster.of(
            List.of(
                new Member(
                    "a b",
                    InetAddress.ofLiteral("127.0.0.1"),
                    MemberStatus.ALIVE,
                    Map.of("tab", "x\ty", "empty", "", "role", "backend", "weird", "a,b=c")))),
        RpcReply.members(in(MEMBERS)));
  }

  @ParameterizedTest
  @CsvSource({
    "alive, ALIVE",
    "leaving, LEAVING",
    "left, LEFT",
    "failed, FAILED",
    "none, UNKNOWN",
    "new, UNKNOWN"
  })
  void readsEachStatus(String status, MemberStatus expected) throws IOException {
    assertEquals(1, members(member("a", new byte[4], status)).count(expected));
  }

  @Test
  void readsAddressesOfBothFamilies() throws IOException {
    byte[] v6 = InetAddress.ofLiteral("fd00::7").getAddress();
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff0a000007");
    var roster = members(member("six", v6, "alive"), member("four", mapped, "alive"));
    assertEquals(
        List.of("10.0.0.7", "fd00:0:0:0:0:0:0:7"),
        roster.members().values().stream().map(m -> m.ip().getHostAddress()).toList());
  }

  @Test
  void omitsAMemberWithoutAnIpAddress() throws IOException {
    var roster = members(member("odd", new byte[5], "alive"), member("b", new byte[4], "alive"));
    assertEquals(List.of("b"), List.copyOf(roster.members().keySet()));
  }

  @Test
  void readsNilAsNoMembers() throws IOException {
    assertEquals(Roster.EMPTY, RpcReply.members(in("81a74d656d62657273c0")));
  }

  @Test
  void reportsAMissingNumber() {
    var thrown = assertThrows(ProtocolException.class, () -> RpcReply.health(in("80")));
    assertEquals("stats has no number for serf.health_score", thrown.getMessage());
  }

  /** As a connection reads: complete values only, these two kinds of failure only. */
  @Property(tries = 500)
  void throwsNoOtherExceptionWhateverTheBytes(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 0, max = 200) Integer> places,
      @ForAll @Size(5) List<Byte> wrong) {
    byte[] bytes = HexFormat.of().parseHex(MEMBERS);
    for (int i = 0; i < places.size(); i++) {
      bytes[places.get(i) % bytes.length] = wrong.get(i);
    }
    for (RpcConnection.BodyReader<?> body :
        List.<RpcConnection.BodyReader<?>>of(
            RpcReply::header,
            RpcReply::members,
            RpcReply::health,
            AgentEvent::read,
            LogHint::read)) {
      var framing = new MessageFraming();
      framing.add(Buffer.buffer(bytes));
      try {
        for (byte[] value = framing.next(); value != null; value = framing.next()) {
          var _ = body.read(MessagePack.newDefaultUnpacker(value));
        }
      } catch (IOException | MessagePackException _) {
        // malformed
      }
    }
  }

  private static Roster members(Value... members) throws IOException {
    return RpcReply.members(unpacker(map("Members", ValueFactory.newArray(members))));
  }

  private static Value member(String name, byte[] ip, String status) {
    return ValueFactory.newMap(
        string("Name"), string(name),
        string("Addr"), ValueFactory.newBinary(ip),
        string("Status"), string(status),
        string("Tags"), ValueFactory.newNil());
  }

  private static Value map(String key, Value value) {
    return ValueFactory.newMap(string(key), value);
  }

  private static Value string(String text) {
    return ValueFactory.newString(text);
  }

  private static MessageUnpacker unpacker(Value value) throws IOException {
    try (var packer = MessagePack.newDefaultBufferPacker()) {
      packer.packValue(value);
      return MessagePack.newDefaultUnpacker(packer.toByteArray());
    }
  }

  private static MessageUnpacker in(String hex) {
    return MessagePack.newDefaultUnpacker(HexFormat.of().parseHex(hex));
  }

  private static String hex(Buffer bytes) {
    return HexFormat.of().formatHex(bytes.getBytes());
  }
}
