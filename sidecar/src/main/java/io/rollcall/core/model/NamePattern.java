package io.rollcall.core.model;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Names by a pattern: a regular expression for the whole name ({@code web-[0-9]+}), or a pattern as
 * in a shell ({@code web-*}). A name that either reading accepts matches. Equal if the texts are.
 */
public final class NamePattern {
  private static final Pattern SHELL = Pattern.compile("[A-Za-z0-9_.:*?-]+");

  private final String text;
  private final Predicate<String> accepts;

  private NamePattern(String text, Predicate<String> accepts) {
    this.text = text;
    this.accepts = accepts;
  }

  /** Empty for a text that is neither. */
  public static Optional<NamePattern> of(String text) {
    Optional<Predicate<String>> expression = compiled(text);
    Optional<Predicate<String>> shell =
        SHELL.matcher(text).matches() ? compiled(expression(text)) : Optional.empty();
    if (expression.isEmpty()) {
      return shell.map(accepts -> new NamePattern(text, accepts));
    }
    return Optional.of(
        new NamePattern(text, shell.map(expression.get()::or).orElse(expression.get())));
  }

  public boolean matches(String name) {
    return accepts.test(name);
  }

  private static String expression(String shell) {
    return shell.replace(".", "\\.").replace("*", ".*").replace("?", ".");
  }

  private static Optional<Predicate<String>> compiled(String expression) {
    try {
      return Optional.of(Pattern.compile(expression).asMatchPredicate());
    } catch (PatternSyntaxException _) {
      return Optional.empty();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamePattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
