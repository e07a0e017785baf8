package io.rollcall.serf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rollcall.core.model.Member;
import io.rollcall.core.model.MemberStatus;
import io.rollcall.serf.EventLine.Malformed;
import io.rollcall.serf.EventLine.MemberEvent;
import io.rollcall.serf.EventLine.MemberEventType;
import io.rollcall.serf.EventLine.ResyncRequest;
import io.rollcall.serf.EventLine.UserEvent;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventLineTest {

  @ParameterizedTest
  @CsvSource({
    "member-join, JOIN, ALIVE",
    "member-update, UPDATE, ALIVE",
    "member-leave, LEAVE, LEFT",
    "member-failed, FAILED, FAILED",
    "member-reap, REAP, UNKNOWN"
  })
  void readsEachEventOfAMember(String event, MemberEventType type, MemberStatus status) {
    assertEquals(
        new MemberEvent(type, member("s1", "10.0.0.7", status, Map.of("role", "backend"))),
        parse(event + "\ts1\t10.0.0.7\tbackend\trole=backend"));
  }

  @Test
  void readsAMemberWithoutRoleAndTags() {
    assertEquals(
        new MemberEvent(
            MemberEventType.JOIN, member("d", "127.0.0.1", MemberStatus.ALIVE, Map.of())),
        parse("member-join\td\t127.0.0.1\t\t"));
  }

  @Test
  void keepsWhatSerfEscapedAsItIs() {
    assertEquals(
        new MemberEvent(
            MemberEventType.JOIN,
            member("a\\tb", "127.0.0.1", MemberStatus.ALIVE, Map.of("tab", "x\\ty"))),
        parse("member-join\ta\\tb\t127.0.0.1\t\ttab=x\\ty"));
  }

  @Test
  void addsAPieceWithoutEqualsToTheValueBeforeIt() {
    assertEquals(Map.of("list", "a,b,", "port", "3000"), tags("\tlist=a,b,,port=3000"));
  }

  @Test
  void readsAnAmbiguousTagAsTwo() {
    assertEquals(Map.of("weird", "a", "b", "c"), tags("\tweird=a,b=c"));
  }

  @Test
  void prefersTheRoleFieldToARoleAmongTheTags() {
    assertEquals(Map.of("x", "a"), tags("\tx=a,role=backend"));
    assertEquals(Map.of("x", "a", "role", "web,role=b"), tags("web,role=b\tx=a,role=web,role=b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7", "fd00:0:0:0:0:0:0:7", "0:0:0:0:0:0:0:1"})
  void readsAddressesOfBothFamilies(String literal) {
    var event = assertInstanceOf(MemberEvent.class, parse("member-join\ta\t" + literal + "\t\t"));
    assertEquals(literal, event.member().ip().getHostAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.1",
        "10",
        "010.0.0.7",
        "10.0.0.7:7946",
        "[::1]",
        "fe80::1%eth0",
        "<nil>",
        ":",
        "1.2.3.4.5",
        "face"
      })
  void rejectsWhatIsNotAnAddress(String text) {
    assertEquals(
        new Malformed(
            "pipe line \"member-join\\u{9}a\\u{9}"
                + text
                + "\\u{9}\\u{9}\": expected an IPv4 or IPv6 address as the third field"),
        parse("member-join\ta\t" + text + "\t\t"));
  }

  @Test
  void readsAUserEvent() {
    assertEquals(
        new UserEvent("rollcall-drain", 42, "s1\tb7\t\\\n8000"),
        parse("user\trollcall-drain\t42\ts1\\tb7\\t\\\\\\n8000"));
    assertEquals(new UserEvent("e", 0, ""), parse("user\te\t0\t"));
  }

  @Test
  void readsResync() {
    assertEquals(new ResyncRequest(), parse("resync"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\t",
        "resync\t",
        "member-joined\ta\t127.0.0.1\t\t",
        "member-join\ta\t127.0.0.1\t",
        "member-join\ta\t127.0.0.1\t\t\t",
        "member-join\t\t127.0.0.1\t\t",
        "user\ta\t1",
        "user\ta\t\tx",
        "user\ta\t-1\tx",
        "user\ta\t1234567890123456789\tx",
        "user\ta\t1\tx\\",
        "user\ta\t1\t\\x",
        "query\ta\t1\tx"
      })
  void namesWhatWasExpected(String line) {
    var malformed = assertInstanceOf(Malformed.class, parse(line));
    assertTrue(malformed.line().contains("\": expected "), malformed.line());
  }

  @Test
  void rejectsALineThatIsTooLong() {
    String line = "member-join\ta\t127.0.0.1\t\tx=";
    String full = line + "y".repeat(EventLine.MAX_BYTES - line.length());
    assertInstanceOf(MemberEvent.class, parse(full));
    assertEquals(new Malformed("pipe line discarded: longer than 4096 bytes"), parse(full + "y"));
  }

  @Test
  void rejectsWhatIsNotUtf8() {
    assertEquals(
        new Malformed("pipe line \"resync\uFFFD\": expected UTF-8"),
        EventLine.parse("resyncé".getBytes(ISO_8859_1)));
  }

  @Property(tries = 300)
  void readsAnyMemberAsItWasWritten(
      @ForAll MemberEventType type,
      @ForAll("names") String name,
      @ForAll("addresses") InetAddress ip,
      @ForAll("tags") Map<String, String> tags) {
    String line =
        String.join("\t", "member-" + word(type), name, ip.getHostAddress(), "", written(tags));
    var event = assertInstanceOf(MemberEvent.class, parse(line));
    assertEquals(type, event.type());
    assertEquals(name, event.member().name());
    assertEquals(ip, event.member().ip());
    assertEquals(tags, event.member().tags());
  }

  @Property(tries = 300)
  void readsAnyPayloadAsItWasWritten(
      @ForAll("text") String payload, @ForAll @LongRange(min = 0, max = 999_999_999) long ltime) {
    String escaped = payload.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    assertEquals(new UserEvent("e", ltime, payload), parse("user\te\t" + ltime + "\t" + escaped));
  }

  @Property(tries = 500)
  void staysOneLineWhateverTheBytes(@ForAll @Size(max = 300) byte[] bytes) {
    assertOneLine(EventLine.parse(bytes));
  }

  @Property(tries = 500)
  void staysOneLineWhateverTheFields(@ForAll("fields") List<String> fields) {
    assertOneLine(parse(String.join("\t", fields)));
  }

  @Provide
  Arbitrary<String> text() {
    return Arbitraries.strings().ofMaxLength(200).filter(text -> !hasLoneSurrogate(text));
  }

  @Provide
  Arbitrary<String> names() {
    return text().map(text -> "n" + text.replaceAll("[\t\n]", ""));
  }

  @Provide
  Arbitrary<InetAddress> addresses() {
    var v4 = Arbitraries.bytes().array(byte[].class).ofSize(4);
    var v6 = Arbitraries.bytes().array(byte[].class).ofSize(16);
    return Arbitraries.oneOf(v4, v6).map(EventLineTest::address);
  }

  @Provide
  Arbitrary<Map<String, String>> tags() {
    var words = text().map(text -> text.replaceAll("[\t\n,=]", ""));
    return Arbitraries.maps(words.filter(key -> !key.equals("role")), words).ofMaxSize(5);
  }

  @Provide
  Arbitrary<List<String>> fields() {
    var known =
        Arbitraries.of("member-join", "member-reap", "user", "resync", "127.0.0.1", "::", "1");
    return Arbitraries.oneOf(known, Arbitraries.strings().ofMaxLength(20)).list().ofMaxSize(7);
  }

  private static void assertOneLine(EventLine line) {
    if (line instanceof Malformed(String text)) {
      assertTrue(text.codePoints().noneMatch(Character::isISOControl), text);
    }
  }

  private static EventLine parse(String line) {
    return EventLine.parse(line.getBytes(UTF_8));
  }

  private static Map<String, String> tags(String roleAndTags) {
    return assertInstanceOf(MemberEvent.class, parse("member-join\ta\t127.0.0.1\t" + roleAndTags))
        .member()
        .tags();
  }

  private static Member member(
      String name, String ip, MemberStatus status, Map<String, String> tags) {
    return new Member(name, InetAddress.ofLiteral(ip), status, tags);
  }

  private static String word(MemberEventType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static String written(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> tag.getKey() + "=" + tag.getValue())
        .collect(Collectors.joining(","));
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
  }

  private static InetAddress address(byte[] ip) {
    try {
      return InetAddress.getByAddress(ip);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
