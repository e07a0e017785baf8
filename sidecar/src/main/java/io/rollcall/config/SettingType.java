package io.rollcall.config;

import io.rollcall.core.model.AddressRange;
import io.rollcall.core.model.NamePattern;
import io.rollcall.core.model.Readiness;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A type of value: how it is parsed from its text, and what an error says was expected. File and
 * environment give the same text, so both have the same bounds.
 *
 * @param expected completes "expected …"
 * @param shape how the file may write it
 * @param parser empty if the text is not of this type
 */
record SettingType<T>(String expected, Shape shape, Function<String, Optional<T>> parser) {

  /** How the file writes a value; items are joined by commas, as in the environment. */
  enum Shape {
    TEXT,
    LIST,
    TAGS
  }

  /** A host and a TCP port; the host of {@code [::1]:7373} is without brackets. */
  record HostPort(String host, int port) {}

  private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");
  private static final Pattern BOOLEAN = Pattern.compile("true|false");
  private static final Pattern SHARE = Pattern.compile("0(\\.\\d{1,6})?|1(\\.0{1,6})?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:([A-Za-z0-9_.-]{1,253})|\\[([0-9A-Fa-f:.]{2,45})]):(\\d{1,5})");
  private static final Pattern HTTP_PATH =
      Pattern.compile("((?:[A-Za-z0-9_.-]{1,253}(?::\\d{1,5})?)?)(/[!-~&&[^#]]{0,1023})");
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s\\p{C}@<>,;\"]+@[A-Za-z0-9.:\\[\\]-]+");
  private static final Pattern NAMED_ADDRESS =
      Pattern.compile(
          ADDRESS.pattern()
              + "|[^\\p{C}<>,;\"@\\s][^\\p{C}<>,;\"@]{0,63} <"
              + ADDRESS.pattern()
              + ">");
  private static final Predicate<String> SOCKET_ADDRESS =
      Pattern.compile("[a-z0-9+]+@.*|[^/]*:\\d+").asMatchPredicate();
  private static final Predicate<String> PRINTABLE = Pattern.compile("\\P{C}+").asMatchPredicate();

  Optional<T> read(String text) {
    return parser.apply(text);
  }

  static SettingType<Integer> whole(int min, int max) {
    return text(
        "a whole number from " + min + " to " + max,
        text ->
            matching(WHOLE, text)
                .map(_ -> Integer.valueOf(text))
                .filter(n -> n >= min && n <= max));
  }

  /** A number of slots; {@code off} is 0. */
  static SettingType<Integer> wholeOrOff(int min, int max) {
    var whole = whole(min, max);
    return text(
        "off or " + whole.expected(),
        text -> text.equals("off") ? Optional.of(0) : whole.read(text));
  }

  /** Names by a regular expression or a shell pattern. */
  static SettingType<NamePattern> names() {
    return text(
        "a regular expression or a shell pattern, such as web-[0-9]+ or web-*",
        text -> PRINTABLE.test(text) ? NamePattern.of(text) : Optional.empty());
  }

  static SettingType<Boolean> trueOrFalse() {
    return text(
        "true or false", text -> matching(BOOLEAN, text).map(m -> m.group().equals("true")));
  }

  static SettingType<Double> share() {
    return text(
        "a share from 0 to 1, such as 0.5",
        text -> matching(SHARE, text).map(_ -> Double.valueOf(text)));
  }

  static SettingType<Duration> duration(String min, String max) {
    Duration least = duration(min).orElseThrow();
    Duration most = duration(max).orElseThrow();
    return text(
        "a duration from " + min + " to " + max + ", such as 200ms, 30s, 5m or 1h",
        text -> duration(text).filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0));
  }

  private static Optional<Duration> duration(String text) {
    return matching(DURATION, text)
        .map(found -> {
          long count = Long.parseLong(found.group(1));
          return switch (found.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
          };
        });
  }

  static SettingType<Path> path() {
    return text("a path", text -> PRINTABLE.test(text) ? path(text) : Optional.empty());
  }

  /** A path, or the word {@code off}, which is no path here. */
  static SettingType<Path> pathOrOff() {
    return text("off or a path", path()::read);
  }

  /** The path of a Unix socket: HAProxy's other addresses are no files. */
  static SettingType<Path> socketPath() {
    return text(
        "the path of a Unix socket, such as /run/haproxy/admin.sock (not HOST:PORT or abns@NAME)",
        text -> SOCKET_ADDRESS.test(text) ? Optional.empty() : path().read(text));
  }

  private static Optional<Path> path(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  static SettingType<String> like(String expected, String regex) {
    var pattern = Pattern.compile(regex);
    return text(expected, text -> matching(pattern, text).map(Matcher::group));
  }

  static SettingType<Readiness> readiness() {
    return text(
        "off, tcp or an HTTP path, such as /health or app.example.org/health",
        text ->
            switch (text) {
              case "off" -> Optional.of(Readiness.OFF);
              case "tcp" -> Optional.of(Readiness.TCP);
              default ->
                  matching(HTTP_PATH, text)
                      .map(found -> Readiness.http(found.group(1), found.group(2)));
            });
  }

  static SettingType<HostPort> hostPort() {
    return text(
        "HOST:PORT, such as 127.0.0.1:7373 or [::1]:7373",
        text ->
            matching(HOST_PORT, text)
                .map(found ->
                    new HostPort(
                        found.group(1) == null ? found.group(2) : found.group(1),
                        Integer.parseInt(found.group(3))))
                .filter(at -> at.port() >= 1 && at.port() <= 65_535));
  }

  static <E extends Enum<E>> SettingType<E> oneOf(Class<E> type) {
    Map<String, E> byName =
        Arrays.stream(type.getEnumConstants())
            .collect(
                Collectors.toMap(
                    value -> value.name().toLowerCase(Locale.ROOT),
                    value -> value,
                    (a, _) -> a,
                    TreeMap::new));
    return text(
        "one of " + String.join(", ", byName.keySet()),
        text -> Optional.ofNullable(byName.get(text)));
  }

  static SettingType<String> mailAddress() {
    return like(
        "a mail address, such as ops@example.org or Rollcall <ops@example.org>",
        NAMED_ADDRESS.pattern());
  }

  static SettingType<List<String>> mailAddresses() {
    return new SettingType<>(
        "mail addresses, such as ops@example.org",
        Shape.LIST,
        text -> {
          var addresses = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
          return addresses.stream().allMatch(ADDRESS.asMatchPredicate())
              ? Optional.of(addresses)
              : Optional.empty();
        });
  }

  /** Texts of this pattern. */
  static SettingType<List<String>> texts(String expected, String regex) {
    return list(expected, Pattern.compile(regex).asMatchPredicate(), text -> text);
  }

  /** Some of the names of an enum, in small letters. */
  static <E extends Enum<E>> SettingType<List<E>> someOf(Class<E> type) {
    var one = oneOf(type);
    return list(
        one.expected().replaceFirst("one of", "some of"),
        text -> one.read(text).isPresent(),
        text -> one.read(text).orElseThrow());
  }

  /** An address of a web server. */
  static SettingType<URI> httpUrl() {
    return text("a URL that begins with http:// or https://", SettingType::url);
  }

  private static Optional<URI> url(String text) {
    try {
      var url = new URI(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return web && url.getHost() != null ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  /** Texts of this pattern, in small letters. */
  static SettingType<List<String>> list(String expected, String regex) {
    return lowerCase(expected, Pattern.compile(regex).asMatchPredicate());
  }

  /** Addresses, and ranges of them. */
  static SettingType<List<String>> addressRanges() {
    return lowerCase(
        "addresses or ranges, such as 192.0.2.1, 10.0.0.0/8 or fd00::/8",
        text -> AddressRange.of(text).isPresent());
  }

  private static SettingType<List<String>> lowerCase(String expected, Predicate<String> item) {
    return list(
        expected,
        text -> item.test(text.toLowerCase(Locale.ROOT)),
        text -> text.toLowerCase(Locale.ROOT));
  }

  private static <T> SettingType<List<T>> list(
      String expected, Predicate<String> item, Function<String, T> value) {
    return new SettingType<>(
        expected,
        Shape.LIST,
        text -> {
          var items = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
          return items.stream().allMatch(item)
              ? Optional.of(items.stream().map(value).toList())
              : Optional.empty();
        });
  }

  /** Tags and the values they must have, at least one. */
  static SettingType<Map<String, String>> tags() {
    return new SettingType<>(
        "tags with their values, such as role=backend",
        Shape.TAGS,
        text -> {
          var tags = new TreeMap<String, String>();
          for (String tag : text.split(",", -1)) {
            String[] pair = tag.strip().split("=", 2);
            if (pair.length < 2
                || pair[0].isEmpty()
                || !PRINTABLE.test(tag)
                || tags.put(pair[0], pair[1]) != null) {
              return Optional.empty();
            }
          }
          return Optional.of(tags);
        });
  }

  private static <T> SettingType<T> text(String expected, Function<String, Optional<T>> parser) {
    return new SettingType<>(expected, Shape.TEXT, parser);
  }

  private static Optional<Matcher> matching(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.matches() ? Optional.of(matcher) : Optional.empty();
  }
}
