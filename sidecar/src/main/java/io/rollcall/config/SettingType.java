package io.rollcall.config;

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
  private static final Pattern SHARE = Pattern.compile("0(\\.\\d{1,6})?|1(\\.0{1,6})?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:([A-Za-z0-9_.-]{1,253})|\\[([0-9A-Fa-f:.]{2,45})]):(\\d{1,5})");
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s\\p{C}@<>,;\"]+@[A-Za-z0-9.:\\[\\]-]+");
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
    return like("a mail address, such as ops@example.org", ADDRESS.pattern());
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
